// Suggestions as one types: the combobox with a listbox of ARIA 1.2. htmx fetches the options,
// this numbers them, follows the arrows and tells how many there are. Without it, a plain form.

const listOf = (input) => document.getElementById(input.getAttribute("hx-target").slice(1));
const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]")];
const activeOf = (input) => document.getElementById(input.getAttribute("aria-activedescendant") ?? "");
const isOpen = (input) => input.getAttribute("aria-expanded") === "true";
const say = (input, text) => {
  input.form.querySelector("[role=status]").textContent = text;
};

// Set up late, at the first focus: fields that htmx brings need nothing more.
const setUp = (input) => {
  if (input.role === "combobox") return;
  const list = listOf(input);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
};

const choose = (input, option) => {
  for (const other of optionsOf(input)) other.setAttribute("aria-selected", String(other === option));
  if (!option) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

const close = (input) => {
  choose(input, null);
  listOf(input).hidden = true;
  input.setAttribute("aria-expanded", "false");
};

const open = (input) => {
  const count = optionsOf(input).length;
  listOf(input).hidden = count === 0;
  input.setAttribute("aria-expanded", String(count > 0));
  return count;
};

// Where a suggestion leads; its words are marked there, and there only (see below).
const follow = (input, option, newTab) => {
  const { url } = option.dataset;
  if ("marks" in option.dataset) {
    sessionStorage.setItem("mots-cherches", JSON.stringify([url.split("#")[0], input.value]));
  }
  close(input);
  if (newTab) window.open(url, "_blank", "noopener");
  else location.assign(url);
};

const move = (input, step) => {
  const options = optionsOf(input);
  if (!options.length) return;
  if (!isOpen(input)) open(input);
  const at = options.indexOf(activeOf(input));
  // Past the last one, the field itself, then the first one again.
  const next = at + step + (at < 0 && step < 0 ? options.length + 1 : 0);
  choose(input, options[next] ?? null);
};

const KEYS = {
  ArrowDown: (input) => move(input, 1),
  ArrowUp: (input) => move(input, -1),
  Escape: (input) => stopTyping(input),
  Enter: (input) => activeOf(input) && follow(input, activeOf(input), false),
};

const field = (event) => event.target.closest?.("[data-suggest]");

document.addEventListener("focusin", (event) => field(event) && setUp(field(event)));

document.addEventListener("keydown", (event) => {
  const input = field(event);
  if (!input || event.isComposing || !KEYS[event.key]) return;
  const used = event.key.startsWith("Arrow") || isOpen(input);
  if (event.key === "Enter" && !activeOf(input)) return;
  if (used) event.preventDefault();
  KEYS[event.key](input);
});

document.addEventListener("input", (event) => {
  const input = field(event);
  if (!input) return;
  choose(input, null);
  input.dataset.suggest = "typing";
});

const stopTyping = (input) => {
  input.dataset.suggest = "";
  close(input);
};

document.addEventListener("focusout", (event) => field(event) && stopTyping(field(event)));

document.addEventListener("submit", (event) => {
  const input = event.target.querySelector?.("[data-suggest]");
  if (!input) return;
  if (input.value.trim() !== document.querySelector("[data-query]")?.dataset.query) tell("encore");
  stopTyping(input);
  listOf(input).replaceChildren();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const list = event.detail.target;
  const input = list?.matches?.(".suggestions") && list.closest("form").querySelector("[data-suggest]");
  if (!input) return;
  optionsOf(input).forEach((option, n) => {
    option.id = `${input.id}-${n}`;
  });
  // An answer that comes after Enter or Escape stays unseen.
  if (input.dataset.suggest !== "typing" || document.activeElement !== input) return;
  const count = open(input);
  if (count) say(input, `${count} suggestion${count > 1 ? "s" : ""}. Flèche vers le bas pour les parcourir.`);
  else say(input, "Aucune suggestion.");
});

// The field keeps the focus while the mouse chooses.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".suggestions")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest(".suggestions [role=option]");
  const input = option?.closest("form").querySelector("[data-suggest]");
  if (input) follow(input, option, event.ctrlKey || event.metaKey);
});

// The frequent questions, for whoever clicks in an empty field.
document.addEventListener("click", (event) => {
  const input = field(event);
  if (!input || input.value.trim().length > 1 || isOpen(input)) return;
  input.dataset.suggest = "typing"; // the list may still be on its way
  open(input);
});

// New results in the page: the count takes the focus, so that it is read and Tab goes on from it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "resultats") return;
  document.getElementById("resultats-titre")?.focus();
});

// The words searched, marked in the page they led to. The page itself is the same for everybody:
// the words come from the address of the results one was on, or from the suggestion one chose.
// What became of a search is counted, without a person: its results seen, one opened, or another
// search made at once. docs/decisions/0195 says what is kept.
const tell = (act, rank = 0) => {
  const query = document.querySelector("[data-query]")?.dataset.query;
  if (!query) return;
  navigator.sendBeacon("/recherche/suivi", new URLSearchParams({ acte: act, q: query, rang: rank }));
};

tell("vue");

document.addEventListener("htmx:afterSettle", (event) => event.detail.target?.id === "resultats" && tell("vue"));

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".results__items a");
  if (!link) return;
  const item = link.closest(".results__items > li");
  tell("clic", [...item.parentElement.children].indexOf(item) + 1);
  const { words } = link.closest("[data-words]").dataset;
  sessionStorage.setItem("mots-cherches", JSON.stringify([new URL(link.href).pathname, words]));
});

const wordsSearched = () => {
  const [path, typed] = JSON.parse(sessionStorage.getItem("mots-cherches") ?? "[]");
  sessionStorage.removeItem("mots-cherches");
  if (path === location.pathname) return typed;
  const from = document.referrer && new URL(document.referrer);
  if (!from || from.origin !== location.origin || from.pathname !== "/recherche") return "";
  return from.searchParams.get("q") ?? "";
};

const WORD = /[\p{L}\p{N}\u00ad]+/gu;
const COMMON = new Set("aux avec ces cette comment dans des les leur mes mon nos par pas pour que quel quelle qui quoi sans ses son sur une vos votre est sont faire dois peut".split(" "));
const folded = (word) => word.toLowerCase().replaceAll("œ", "oe").normalize("NFD").replace(/[\p{M}\u00ad]/gu, "");
// Number, gender and the commonest endings: « rejetées » marks « rejetée » and « rejeté ».
const stem = (word) => (word.length > 4 ? word.replace(/(?:ees?|es?|s|x|er|ez)$/, "") : word);

// Only what one reads: not the table of contents, the filters, the forms.
const READ = { acceptNode: (node) => (node.parentElement.closest("nav, form, button, .fr-sr-only") ? 2 : 1) };

const markWords = (typed) => {
  const words = (typed.slice(0, 200).match(WORD) ?? []).map(folded);
  const stems = new Set(words.filter((w) => w.length > 2 && !COMMON.has(w)).map(stem));
  const content = document.getElementById("contenu");
  if (!stems.size || !content) return;
  const ranges = [];
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT, READ);
  while (walker.nextNode() && ranges.length < 500) {
    for (const found of walker.currentNode.data.matchAll(WORD)) {
      if (!stems.has(stem(folded(found[0])))) continue;
      const range = new Range();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      ranges.push(range);
    }
  }
  if (CSS.highlights) CSS.highlights.set("mots-cherches", new Highlight(...ranges));
  // Last first: each mark cuts its text in two, and those before it stay where they are.
  else for (const range of ranges.reverse()) range.surroundContents(document.createElement("mark"));
};

if (location.pathname !== "/recherche") {
  try {
    markWords(wordsSearched() ?? "");
  } catch {
    // Storage refused: nothing is marked.
  }
}
