/* Runs before the page is drawn, so that the chosen theme does not flash. Without a choice the system's own is followed. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    /* Storage is closed to us: the system's theme it is. */
  }
})();
