// How documents leave the page: refused here when they would be refused there, only a digest when
// that is wanted, and kept here, with a rank, while the verifier has no place for them.

const ASK_EVERY = 2_000;
const MEGA = 1_048_576;

export const sending = (form, rules) => {
  const box = form.querySelector("[data-sending]");
  const said = box.querySelector("[aria-live]");
  const bar = box.querySelector("progress");
  const screen = { form, box, said, bar };
  form.addEventListener("change", ({ target }) => {
    if (target.type === "file") refuse(target, whyNot([...target.files], rules));
    offerDigest(form);
  });
  form.addEventListener("htmx:confirm", (event) => {
    const invalid = form.querySelector("[data-refused]");
    if (invalid) {
      event.preventDefault();
      invalid.focus();
    } else if (digestWanted(form)) {
      event.preventDefault();
      onlyDigest(screen).then(() => event.detail.issueRequest(true));
    }
  });
  form.addEventListener("htmx:beforeRequest", () => {
    show(screen, "Envoi du document…");
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    if (!event.detail.lengthComputable) return;
    const percent = Math.round((100 * event.detail.loaded) / event.detail.total);
    bar.value = percent;
    if (percent >= 100) show(screen, "Document reçu, vérification…");
  });
  form.addEventListener("htmx:sendError", () => {
    show(screen, "L’envoi a échoué. Vérifiez votre connexion, puis recommencez.");
    bar.hidden = true;
  });
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = event.detail;
    form.elements.document.disabled = false;
    const ticket = xhr.getResponseHeader("X-Signature-Ticket");
    if (xhr.status !== 503 || !ticket) return;
    event.preventDefault();
    waitInLine(screen, rules.line, ticket, xhr.getResponseHeader("X-Signature-Rank"));
  });
};

const show = ({ box, bar, said }, sentence) => {
  box.hidden = false;
  bar.hidden = false;
  bar.removeAttribute("value");
  if (said.textContent !== sentence) said.textContent = sentence;
};

const whyNot = (files, { limit, most, together }) => {
  if (files.length > Number(most)) return `Vous avez choisi plus de ${most} fichiers. Envoyez-les en plusieurs fois.`;
  if (files.some((file) => file.size > Number(limit))) {
    return `Ce fichier dépasse ${Math.floor(limit / MEGA)} Mo, la taille admise. Demandez au signataire une version plus légère.`;
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > 1 && total > Number(together)) {
    return `Ces fichiers dépassent ${Math.floor(together / MEGA)} Mo à eux tous. Envoyez-les en plusieurs fois.`;
  }
  return "";
};

const refuse = (input, why) => {
  const id = `${input.id}-trop-grand`;
  document.getElementById(id)?.remove();
  input.toggleAttribute("data-refused", Boolean(why));
  if (!why) {
    input.removeAttribute("aria-invalid");
    return;
  }
  const sentence = document.createElement("p");
  sentence.id = id;
  sentence.className = "fr-error-text";
  sentence.setAttribute("role", "alert");
  sentence.textContent = why;
  input.setAttribute("aria-invalid", "true");
  (input.closest(".file") ?? input).after(sentence);
};

// Offered once a signature apart is chosen, for one document, where the browser can digest.
const offerDigest = (form) => {
  const choice = form.querySelector("[data-digest]");
  const apart = form.elements.signature.files.length === 1;
  choice.hidden = !(crypto.subtle && apart && form.elements.document.files.length <= 1);
};

const digestWanted = (form) => {
  const choice = form.querySelector("[data-digest]");
  const wanted = !choice.hidden && choice.querySelector("input").checked && form.elements.document.files.length === 1;
  form.elements.empreintes.value = "";
  return wanted;
};

// A disabled field is not sent: the document stays here.
const onlyDigest = async (screen) => {
  const { form } = screen;
  show(screen, "Calcul de l’empreinte du document, sur votre ordinateur…");
  const content = await form.elements.document.files[0].arrayBuffer();
  const digests = ["SHA-256", "SHA-384", "SHA-512"].map(async (name) => {
    const digest = new Uint8Array(await crypto.subtle.digest(name, content));
    const text = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${name.replace("-", "").toLowerCase()}=${text}`;
  });
  form.elements.empreintes.value = (await Promise.all(digests)).join(",");
  form.elements.document.disabled = true;
};

// The verifier is full: the files stay in the form, a ticket waits in line, and the form is sent
// again once a place is kept for it.
const waitInLine = (screen, address, first, firstRank) => {
  const { form, box, bar } = screen;
  const button = form.querySelector("button[type=submit]");
  const leave = box.querySelector("[data-leave]");
  let ticket = first;
  let timer = 0;
  const stop = (sentence) => {
    clearTimeout(timer);
    leave.hidden = true;
    button.disabled = false;
    show(screen, sentence);
    bar.hidden = true;
  };
  const ask = async () => {
    if (!form.isConnected) return;
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ billet: ticket }) });
      const place = answer.ok ? await answer.json() : {};
      ticket = place.ticket ?? ticket;
      if (place.come) {
        leave.hidden = true;
        button.disabled = false;
        form.elements.billet.value = ticket;
        form.requestSubmit(button);
        return;
      }
      if (place.rank) show(screen, ranked(place.rank));
    } catch {
      // The connection is cut for now: the next question may pass.
    }
    timer = setTimeout(ask, ASK_EVERY);
  };
  leave.onclick = () => {
    stop("Votre document n’a pas été envoyé. Il est toujours choisi dans le formulaire.");
    button.focus();
  };
  leave.hidden = false;
  show(screen, ranked(Number(firstRank)));
  timer = setTimeout(ask, ASK_EVERY);
  // htmx gives the button back once its request is over.
  setTimeout(() => {
    button.disabled = !leave.hidden;
  });
};

const ranked = (rank) => {
  const place = rank === 1 ? "le premier" : `le ${rank}ᵉ`;
  return `D’autres documents sont en cours de vérification. Le vôtre est ${place} de la file : il reste sur votre ordinateur et partira seul. Gardez cette page ouverte.`;
};
