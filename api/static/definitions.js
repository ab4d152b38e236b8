// The ontology page: filters the terms while one types, and opens the folded part that an address points to.
"use strict";
(() => {
  const field = document.getElementById("mots");
  const count = document.getElementById("mots-compte");
  const terms = [...document.querySelectorAll("article.terme")];
  const parts = [...document.querySelectorAll("section.partie")];
  if (!field || !count || field.value) return; // filtered by the server already

  const written = { "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d" }; // as `words/letters.py`
  const fold = (text) =>
    text.toLowerCase().replace(/./gu, (letter) => written[letter] ?? letter)
      .normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^0-9a-z]+/g, " ").trim();

  const filter = () => {
    const words = fold(field.value).split(" ").filter(Boolean);
    let found = 0;
    for (const term of terms) {
      term.hidden = !words.every((word) => term.dataset.mots.includes(word));
      if (!term.hidden) found += 1;
    }
    for (const part of parts) {
      const own = part.classList.contains("termes");
      part.hidden = words.length > 0 && (!own || !part.querySelector("article.terme:not([hidden])"));
    }
    const { aucun, un, plusieurs } = count.dataset;
    count.textContent = !words.length ? "" : found === 0 ? aucun : `${found} ${found === 1 ? un : plusieurs}.`;
  };

  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      field.value = "";
      filter();
    }
    if (target.tagName === "DETAILS") target.open = true;
    target.scrollIntoView();
  };

  field.addEventListener("input", filter);
  field.form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", open);
  open();
})();
