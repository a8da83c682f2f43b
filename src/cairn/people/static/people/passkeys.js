// Says in words what allauth's passkey script only reports as an event, where a person sees it and a screen reader reads it.
"use strict";
document.addEventListener("allauth.error", (event) => {
  const given = event.detail.exception;
  const cancelled = given && (given.name === "NotAllowedError" || given.name === "AbortError");
  const place = document.getElementById("announcements");
  const words = cancelled
    ? "Nothing happened: the passkey was not used. You can try again, or go on with your password."
    : "The passkey could not be used. Try again, or go on with your password.";
  if (place) {
    place.textContent = words;
    place.classList.remove("visually-hidden");
  }
  event.preventDefault();
});
