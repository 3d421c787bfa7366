// The search of a copy of the site: reads `searchData`, a script beside the pages, and asks no server.
// A plain script, because browsers load no module from a disk.
globalThis.copySearch = (() => {
  const WORD = /[\p{L}\p{N}]+/gu;
  const MOST = 20;
  // How much a word counts by where it is read, in occurrences in the text.
  const TITLE = 5;
  const HEADING = 4;
  const KEYWORD = 4;
  const WORDING = 2;
  const TEXT = 1;
  const SATURATION = 3;

  const fold = (text) => text.toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae").normalize("NFD").replace(/[\p{M}\u00ad]/gu, "");

  // Number, gender and the commonest endings of verbs: « rejetées », « rejeter », « rejet ».
  const ENDING = /(?:issements?|issement|ations?|ements?|ements|euses?|antes?|ants?|ees?|ez|er|es|e|s|x|t)$/;
  const stem = (word) => (/\d/.test(word) || word.length < 5 ? word.replace(/(?<=..)s$/, "") : word.replace(ENDING, (end, at) => (at < 4 ? word.slice(at, 4) : "")));

  const stems = (text, stop) => (fold(text.slice(0, 20_000)).match(WORD) ?? []).filter((word) => !stop.has(word)).map(stem);

  // Every word with the sections that hold it: made once, when the page opens.
  const prepare = ({ sections, synonyms, stop, own }) => {
    const stopped = new Set(stop);
    const index = new Map();
    const wordings = [];
    sections.forEach((section, number) => {
      const note = (text, weight) => {
        for (const word of stems(text, stopped)) {
          if (!index.has(word)) index.set(word, new Map());
          const held = index.get(word);
          held.set(number, (held.get(number) ?? 0) + weight);
        }
      };
      note(section.title, TITLE);
      note(section.heading, HEADING);
      note(section.keywords, KEYWORD);
      note(section.text, TEXT);
      for (const wording of section.wordings) {
        note(wording, WORDING);
        wordings.push([new Set(stems(wording, stopped)), number]);
      }
    });
    const groups = synonyms.map((group) => group.map((name) => stems(name, stopped)));
    // Longest first: « portail Chorus Pro » before « Chorus ».
    const names = own.map((name) => fold(name)).sort((a, b) => b.length - a.length);
    return { sections, index, wordings, groups, stopped, names };
  };

  const oneEditApart = (a, b) => {
    if (Math.abs(a.length - b.length) > 1 || a === b) return false;
    let from = 0;
    while (from < a.length && a[from] === b[from]) from += 1;
    const [x, y] = [a.slice(from), b.slice(from)];
    return x.slice(1) === y || x === y.slice(1) || x.slice(1) === y.slice(1) || (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
  };

  // A word that no page holds: those that begin with it, or else those it may have been meant for.
  const known = (word, { index }) => {
    if (index.has(word)) return [word];
    const all = [...index.keys()];
    const begun = word.length > 2 ? all.filter((other) => other.startsWith(word)) : [];
    if (begun.length) return begun.slice(0, 20);
    return word.length > 3 ? all.filter((other) => oneEditApart(word, other)).slice(0, 5) : [];
  };

  // What is asked, as lists of words that stand for one another, each list with its weight.
  const meanings = (asked, prepared) => {
    const lists = asked.map((word) => ({ words: known(word, prepared), weight: 1 }));
    const has = (name) => name.length && name.every((word) => asked.includes(word));
    for (const group of prepared.groups) {
      const said = group.find(has);
      for (const other of said ? group : []) {
        if (other !== said) for (const word of other) lists.push({ words: [word], weight: 0.3, more: true });
      }
    }
    return lists;
  };

  // The words of a question. The name of what all pages are about tells none from another.
  const words = (query, { stopped, names }) => {
    const typed = fold(query.slice(0, 200));
    const bare = names.reduce((text, name) => ` ${text} `.replaceAll(` ${name} `, " ").trim(), typed);
    const told = stems(bare, stopped);
    return [...new Set(told.length ? told : stems(typed, stopped))];
  };

  const find = (query, prepared) => {
    const asked = words(query, prepared);
    const scores = new Map();
    const hits = new Map();
    const count = prepared.sections.length;
    for (const { words: alternatives, weight, more } of meanings(asked, prepared)) {
      const best = new Map();
      for (const word of alternatives) {
        const held = prepared.index.get(word) ?? new Map();
        const rarity = Math.log(1 + count / (held.size + 1));
        for (const [number, times] of held) {
          best.set(number, Math.max(best.get(number) ?? 0, (rarity * times) / (times + SATURATION)));
        }
      }
      for (const [number, value] of best) {
        scores.set(number, (scores.get(number) ?? 0) + weight * value);
        if (!more) hits.set(number, (hits.get(number) ?? 0) + 1);
      }
    }
    // What reviewed wordings share with the question, as a whole: the same words and no other counts most.
    const alike = new Map();
    for (const [wording, number] of prepared.wordings) {
      const shared = asked.filter((word) => wording.has(word)).length;
      const likeness = shared / (wording.size + asked.length - shared || 1);
      alike.set(number, Math.max(alike.get(number) ?? 0, likeness));
    }
    const pages = new Map();
    for (const [number, score] of scores) {
      const section = prepared.sections[number];
      const covered = (hits.get(number) ?? 0) / (asked.length || 1);
      const value = score * section.weight * (0.3 + 0.7 * covered ** 2) * (1 + 2 * (alike.get(number) ?? 0) ** 2);
      const page = pages.get(section.page);
      if (!page || page.value < value) pages.set(section.page, { section, value });
    }
    const found = [...pages.values()].sort((a, b) => b.value - a.value || a.section.page.localeCompare(b.section.page));
    return { asked, found: found.map(({ section }) => section) };
  };

  // The passage that answers, its words marked. Text is set as text: nothing is read as HTML.
  const excerpt = (text, asked) => {
    const wanted = (word) => asked.includes(stem(fold(word)));
    const first = [...text.matchAll(WORD)].find(([word]) => wanted(word))?.index ?? 0;
    const start = first > 80 ? text.lastIndexOf(" ", first - 60) + 1 : 0;
    const end = text.length > start + 220 ? text.lastIndexOf(" ", start + 220) : text.length;
    const passage = text.slice(start, end);
    const shown = document.createElement("p");
    shown.className = "listing__summary";
    let at = 0;
    for (const match of passage.matchAll(WORD)) {
      if (!wanted(match[0])) continue;
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      shown.append(passage.slice(at, match.index), mark);
      at = match.index + match[0].length;
    }
    shown.prepend(start ? "… " : "");
    shown.append(passage.slice(at), end < text.length ? " …" : "");
    return shown;
  };

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };

  const item = (section, asked) => {
    const link = document.createElement("a");
    link.href = section.to;
    const heading = section.heading.split(" > ").pop();
    link.append(section.title);
    if (heading) link.append(" ", element("span", "result__section", `› ${heading}`));
    return element("li", "listing__item", element("h3", "listing__title", link), element("p", "result__path", section.kind + (section.to.startsWith("http") ? ", sur le site" : "")), excerpt(section.text, asked));
  };

  const show = () => {
    const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
    document.getElementById("recherche-copie-champ").value = query;
    if (!query) return;
    const { asked, found } = find(query, prepare(globalThis.searchData));
    const shown = found.slice(0, MOST);
    const title = document.getElementById("resultats-titre");
    const said = found.length ? `${found.length} résultat${found.length > 1 ? "s" : ""}` : "Aucun résultat";
    title.textContent = `${said} pour « ${query} »`;
    title.hidden = false;
    document.getElementById("resultats-liste").append(...shown.map((section) => item(section, asked)));
    const note = document.getElementById("resultats-note");
    if (found.length > MOST) note.textContent = `Les ${MOST} premiers sont montrés : ajoutez un mot pour en trouver d’autres.`;
    else if (found.length) note.remove();
    else note.textContent = "Essayez avec moins de mots, ou avec le mot que Chorus Pro affiche à l’écran.";
    title.focus();
  };

  if (globalThis.document?.getElementById("recherche-copie")) show();
  return { prepare, find };
})();
