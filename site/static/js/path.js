// The ticks of a path's steps. They stay on this device: no account, nothing is sent.
const KEPT = "parcours";

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
};

const stepsDone = (path) => {
  const steps = read()[path];
  return new Set(Array.isArray(steps) ? steps : []);
};

const keep = (path, steps) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...read(), [path]: [...steps] }));
  } catch {
    // Storage refused or full: the tick lasts as long as the page.
  }
};

const say = (part, boxes) => {
  const said = part.querySelector("[data-done]");
  const count = boxes.filter((box) => box.checked).length;
  if (!said || count === 0) return;
  said.textContent = `${count} étape${count > 1 ? "s" : ""} sur ${boxes.length} ${count > 1 ? "faites" : "faite"}. Votre navigateur s’en souvient, et lui seul.`;
};

export const enhance = (part) => {
  const { path } = part.dataset;
  const boxes = [...part.querySelectorAll("[data-step]")];
  const known = stepsDone(path);
  for (const box of boxes) {
    box.checked = known.has(box.dataset.step);
    box.addEventListener("change", () => {
      const steps = stepsDone(path);
      steps[box.checked ? "add" : "delete"](box.dataset.step);
      keep(path, steps);
      say(part, boxes);
    });
  }
  say(part, boxes);
};
