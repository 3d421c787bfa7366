// Runs before the first paint, so that a dark theme never flashes white: DSFR's own script comes
// later, reads the same key and takes over.
(() => {
  const root = document.documentElement;
  let scheme = "system";
  try {
    scheme = localStorage.getItem("scheme") || "system";
  } catch {
    // Storage refused: the system's theme it is.
  }
  const dark = scheme === "dark" || (scheme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-fr-scheme", scheme);
  root.setAttribute("data-fr-theme", dark ? "dark" : "light");
})();

// A window that DSFR makes a dialog needs its name before DSFR's script reads it; without a script
// it is an ordinary division, which HTML gives no name.
document.addEventListener("readystatechange", () => {
  for (const window of document.querySelectorAll("[data-named-by]")) {
    window.setAttribute("aria-labelledby", window.dataset.namedBy);
  }
}, { once: true });
