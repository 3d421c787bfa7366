// A form with [data-passkey] asks the browser for a passkey when it is sent, puts the answer in its
// field, and goes. Without WebAuthn it says so: the other ways of signing in remain.

const say = (form, sentence) => {
  form.querySelector("[data-passkey-said]").textContent = sentence;
};

const ask = async (form) => {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
};

const run = async (form) => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    say(form, "Votre navigateur ne connaît pas les clés d’accès. Mettez-le à jour, ou prenez un autre moyen.");
    return;
  }
  say(form, "Votre navigateur attend votre clé…");
  try {
    const answer = await ask(form);
    form.elements.reponse.value = JSON.stringify(answer);
    form.submit();
  } catch (refused) {
    const known = refused.name === "InvalidStateError";
    say(form, known
      ? "Cette clé est déjà enregistrée. Prenez-en une autre."
      : "La clé n’a pas répondu, ou vous avez annulé. Recommencez quand vous voulez.");
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-passkey]");
  if (!form) return;
  event.preventDefault();
  run(form);
});

for (const form of document.querySelectorAll("[data-passkey]")) say(form, "");
const atOnce = document.querySelector("[data-passkey][data-at-once]");
if (atOnce) run(atOnce);
