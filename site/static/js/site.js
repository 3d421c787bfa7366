// Small comforts. Everything works without them.

// Buttons that need a script are hidden until there is one.
const showButtons = (root) => {
  for (const button of root.querySelectorAll?.("[data-copy], [data-print]") ?? []) button.hidden = false;
};
showButtons(document);
document.addEventListener("htmx:load", (event) => showButtons(event.target));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) {
    window.print();
    return;
  }
  const said = button.closest(".share")?.querySelector("[aria-live]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    said.textContent = button.dataset.copied ?? "Lien copié.";
  } catch {
    said.textContent = button.dataset.copied
      ? "Copie impossible : sélectionnez le texte ci-dessus."
      : `Copie impossible, voici le lien : ${button.dataset.copy}`;
  }
});

// A tool's own script comes with the tool, wherever it is shown.
const loadModules = (root) => {
  for (const part of root.querySelectorAll?.("[data-module]") ?? []) {
    import(`./${part.dataset.module}.js`).then((module) => module.enhance(part));
  }
};
loadModules(document);
document.addEventListener("htmx:load", (event) => loadModules(event.target.parentNode ?? document));

// Terms of the glossary open in place, once one is looked at.
if (document.querySelector("a.glossary-term")) import("./glossary.js");

// After a swap, the place that asks for it takes the focus: an error summary, a result.
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.("[data-focus]")?.focus();
});

// A form answered with errors without htmx: the summary takes the focus too.
document.querySelector("main [data-focus]")?.focus();

// Links to a closed <details> open it.
const openTarget = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.closest?.("details")?.setAttribute("open", "");
};
addEventListener("hashchange", openTarget);
openTarget();

// A page opened is counted by day, without anything of the visitor; the site answers 404 for what is
// no page of content.
if (document.querySelector("article[data-read]")) {
  navigator.sendBeacon("/lecture", new URLSearchParams({ page: location.pathname }));
}
