// A term of the glossary opened where it is read. Without this, the link leads to the glossary.

const card = document.createElement("div");
card.className = "term-card";
card.id = "fiche-du-terme";
card.setAttribute("role", "dialog");
card.setAttribute("aria-label", "Définition");
card.tabIndex = -1;
card.popover = "auto"; // the browser closes it on Escape, or on a press elsewhere
let opener = null;

const place = () => {
  const link = opener.getBoundingClientRect();
  const width = Math.min(384, document.documentElement.clientWidth - 32);
  card.style.width = `${width}px`;
  card.style.left = `${Math.max(16, Math.min(link.left, document.documentElement.clientWidth - width - 16))}px`;
  const below = link.bottom + 8;
  const fits = below + card.offsetHeight < innerHeight || link.top < card.offsetHeight;
  card.style.top = `${fits ? below : link.top - card.offsetHeight - 8}px`;
};

const plain = (event) =>
  event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

export const open = async (link) => {
  const [, slug] = link.getAttribute("href").split("#");
  try {
    const answer = await fetch(`/glossaire/${slug}?fragment=1`);
    if (!answer.ok) throw new Error(answer.status);
    card.innerHTML = await answer.text();
  } catch {
    location.href = link.href; // what the link would have done
    return;
  }
  if (!card.isConnected) document.body.append(card);
  opener?.removeAttribute("aria-expanded");
  opener = link;
  card.showPopover();
  opener.setAttribute("aria-expanded", "true");
  place();
  card.focus({ preventScroll: true });
};

card.addEventListener("toggle", (event) => {
  if (event.newState !== "closed" || !opener) return;
  opener.removeAttribute("aria-expanded");
  if (card.contains(document.activeElement) || document.activeElement === document.body) opener.focus();
  opener = null;
});
card.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) card.hidePopover();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.glossary-term");
  if (!link || plain(event) || link.closest(".term-card") || !card.showPopover) return;
  event.preventDefault();
  open(link);
});
