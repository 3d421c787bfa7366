// What was published since the last visit. The day stays on this device: no cookie, nothing is sent.
const KEPT = "visites";

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
};

const keep = (visits) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(visits));
  } catch {
    // Storage refused or full: every visit is a first one.
  }
};

// Several visits in a day are one: `before` is the last day that is not today.
const dayBefore = (today) => {
  const { last, before } = read();
  if (last === today) return before;
  keep({ last: today, before: last });
  return last;
};

const inWords = (day) =>
  new Date(`${day}T12:00:00`).toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric" });

export const enhance = (part) => {
  const since = dayBefore(new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" }));
  if (!/^\d{4}-\d{2}-\d{2}$/.test(since ?? "")) return;
  const news = [...part.querySelectorAll("[data-published]")].filter((item) => item.dataset.published >= since);
  for (const item of news) item.hidden = false;
  part.querySelector("[data-since]").textContent = inWords(since);
  part.querySelector("[data-forget]").addEventListener("click", () => {
    localStorage.removeItem(KEPT);
    part.hidden = true;
  });
  part.hidden = news.length === 0;
};
