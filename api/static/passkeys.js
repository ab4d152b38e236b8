// Passkeys: asks the site what to ask the device, asks the device, and sends its answer with the form that stands there.
"use strict";
(() => {
  const ways = {
    create: ["parseCreationOptionsFromJSON", (publicKey) => navigator.credentials.create({ publicKey })],
    get: ["parseRequestOptionsFromJSON", (publicKey) => navigator.credentials.get({ publicKey })],
  };
  for (const form of document.querySelectorAll("form[data-acces]")) {
    const [parse, ask] = ways[form.dataset.acces];
    const said = form.querySelector("[role=status]");
    if (!window.PublicKeyCredential?.[parse]) {
      said.textContent = form.dataset.absent;
      continue;
    }
    const button = form.querySelector("button");
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      said.textContent = "";
      try {
        const answer = await fetch(form.dataset.debut, {
          method: "POST",
          body: new URLSearchParams({ form_key: form.elements.form_key.value }),
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const credential = await ask(PublicKeyCredential[parse](await answer.json()));
        form.elements.credential.value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch (error) {
        said.textContent = form.dataset.echec;
        button.disabled = false;
      }
    });
  }
})();
