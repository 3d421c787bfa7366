// Comforts of the signature tool. Everything works without them: the browser sends the form, the
// page says how many bytes to cut, the command that computes a hash is written out.

import { enhance as nameFiles } from "./file-name.js";
import { sending } from "./signature-sending.js";

// The document last chosen on this page: a revision is cut from the visitor's own copy.
let copy = null;

export const enhance = (part) => {
  nameFiles(part);
  for (const zone of part.querySelectorAll("[data-drop]")) dropZone(zone);
  const form = part.querySelector("form[hx-post]");
  if (form) {
    form.addEventListener("change", ({ target }) => {
      if (target.name === "document") copy = target.files.length === 1 ? target.files[0] : null;
    });
    sending(form, part.dataset);
    // On a slow network a document is chosen before this script is there; a browser keeps one too.
    for (const input of form.querySelectorAll("input[type=file]")) {
      if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  const comparison = part.querySelector("[data-compare]");
  if (comparison) comparing(comparison);
  if (part.dataset.sha256) cutting(part);
};

const dropZone = (zone) => {
  const input = zone.querySelector("input[type=file]");
  const mark = (over) => zone.classList.toggle("drop-zone--over", over);
  zone.classList.add("drop-zone--live");
  zone.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      mark(true);
    });
  }
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) mark(false);
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer.files.length) return;
    const given = [...event.dataTransfer.files];
    const kept = new DataTransfer();
    for (const file of input.multiple ? given : given.slice(0, 1)) kept.items.add(file);
    input.files = kept.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

const hashOf = async (file) => {
  // Only over HTTPS or on localhost.
  if (!crypto.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

// « Télécharger la version signée »: the first bytes of the visitor's copy, cut here.
const cutting = (part) => {
  const places = [...part.querySelectorAll("[data-cut]")];
  if (!places.length) return;
  const choose = part.querySelector("[data-cut-choose]");
  const show = async (file) => {
    const same = file && file.size === Number(part.dataset.size) && (await isSame(file, part.dataset.sha256));
    for (const place of places) place.hidden = !same;
    choose.hidden = Boolean(same);
    return same;
  };
  show(copy);
  choose.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (file && (await show(file))) {
      copy = file;
      places[0].querySelector("button").focus();
    } else if (file) {
      say(choose, "Ce n’est pas le document vérifié : son empreinte est différente.");
    }
  });
  for (const place of places) {
    place.querySelector("button").addEventListener("click", () => download(place, copy));
  }
};

const isSame = async (file, expected) => {
  const hash = await hashOf(file);
  return hash === null || hash === expected;
};

const say = (place, sentence) => {
  let said = place.querySelector("[role=status]");
  if (!said) {
    said = document.createElement("span");
    said.setAttribute("role", "status");
    place.append(said);
  }
  said.textContent = sentence;
};

const download = (place, file) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file.slice(0, Number(place.dataset.length), "application/pdf"));
  link.download = `version-signee-${place.dataset.number}.pdf`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  place.querySelector("[aria-live]").textContent = "Version signée téléchargée.";
};

const comparing = (box) => {
  if (!crypto.subtle) return;
  box.hidden = false;
  const said = box.querySelector("[aria-live]");
  box.querySelector("input").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    said.textContent = "Calcul de l’empreinte…";
    const same = (await hashOf(file)) === box.dataset.compare;
    said.textContent = same
      ? "Oui : c’est le fichier qui a été vérifié."
      : "Non : ce fichier n’est pas celui qui a été vérifié.";
  });
};
