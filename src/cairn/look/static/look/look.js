/* The few things that need a script: theme, menu, copying, dropping files, dialogs, and focus on a form's errors.
   Everything works without it; listeners sit on the document, so content that htmx brings in later is served too. */
(() => {
  const root = document.documentElement;
  const announce = (text) => {
    const place = document.getElementById("announcements");
    if (place) place.textContent = text;
  };

  const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark());
  const showTheme = () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(isDark()));
  };

  const actions = {
    theme() {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not remembered, still shown */ }
      showTheme();
    },
    menu(button) {
      const menu = document.getElementById(button.getAttribute("aria-controls"));
      const open = menu.toggleAttribute("data-open");
      button.setAttribute("aria-expanded", String(open));
    },
    async copy(button) {
      const field = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.select();
        document.execCommand("copy");
      }
      const words = button.querySelector("[data-copy-words]");
      words.textContent = button.dataset.done;
      announce(button.dataset.done);
      setTimeout(() => { words.textContent = button.dataset.words; }, 2500);
    },
    open(button) { document.getElementById(button.dataset.dialogOpen).showModal(); },
    close(button) { button.closest("dialog").close(); },
    print() { window.print(); },
  };

  document.addEventListener("click", (event) => {
    const find = (selector) => event.target.closest?.(selector);
    for (const [selector, act] of [
      ["[data-theme-toggle]", actions.theme], ["[data-menu-toggle]", actions.menu], ["[data-copy]", actions.copy],
      ["[data-dialog-open]", actions.open], ["[data-dialog-close]", actions.close], ["[data-print]", actions.print],
    ]) {
      const button = find(selector);
      if (button) act(button);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const button = document.querySelector("[data-menu-toggle][aria-expanded='true']");
    if (button) { actions.menu(button); button.focus(); }
  });

  /* Dropping files: the zone hands them to its own input, and says what it holds. */
  const zoneOf = (event) => event.target.closest?.("[data-drop]");
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.setAttribute("data-over", "");
  });
  document.addEventListener("dragleave", (event) => {
    const zone = zoneOf(event);
    if (zone && !zone.contains(event.relatedTarget)) zone.removeAttribute("data-over");
  });
  document.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (!zone || !carriesFiles(event)) return;
    event.preventDefault();
    zone.removeAttribute("data-over");
    const input = zone.querySelector("input[type=file]");
    const files = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (!zone || event.target.type !== "file") return;
    zone.querySelector("[data-drop-chosen]").textContent = [...event.target.files].map((file) => file.name).join(", ");
  });

  /* When htmx is refused, say in the messages what the problem page says; htmx itself would stay silent. */
  const say = (...sentences) => {
    const place = document.getElementById("messages");
    const notice = document.createElement("div");
    const words = document.createElement("div");
    notice.className = "notice notice-plain tone-bad";
    for (const sentence of sentences.filter(Boolean)) {
      const line = document.createElement("p");
      line.textContent = sentence;
      words.append(line);
    }
    notice.append(words);
    place.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const part = (name) => page.querySelector(`[data-problem-${name}]`)?.textContent.trim();
    if (part("message")) say(part("message"), part("remedy"));
    else say(document.getElementById("messages").dataset.failed);
  });
  document.addEventListener("htmx:sendError", () => say(document.getElementById("messages").dataset.unanswered));

  const settle = () => {
    showTheme();
    if (matchMedia("(width < 60rem)").matches) {
      for (const facets of document.querySelectorAll("details.facets-all")) facets.open = false;
    }
    document.querySelector("[data-error-summary]")?.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", settle);
  else settle();
  document.addEventListener("htmx:afterSwap", (event) => event.target.querySelector?.("[data-error-summary]")?.focus());
})();
