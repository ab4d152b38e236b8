// The form of a question: suggestions while one types a name (a combobox), and copying of the query.
// Without this file the form works as it is: a name that is sent is understood by the server.
"use strict";

for (const box of document.querySelectorAll(".trouveur")) {
  const input = box.querySelector("input");
  const meaning = document.getElementById("m-" + input.name);
  const list = document.createElement("ul");
  const said = document.createElement("span");
  let found = [], active = -1, asked = 0, timer = 0;

  list.id = "s-" + input.name;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.trouves);
  said.className = "cache";
  said.setAttribute("role", "status");
  box.append(list, said);
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  function valueOf(iri) {
    const local = iri.startsWith(box.dataset.base) ? iri.slice(box.dataset.base.length) : iri;
    return local.replace(/^(commune|epci|department)\//, "");
  }
  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(place) {
    active = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    if (place < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }
  function take(place) {
    input.value = valueOf(found[place].iri);
    meaning.textContent = found[place].label + (found[place].detail ? " (" + found[place].detail + ")" : "");
    close();
  }
  function show(things) {
    found = things.slice(0, 12);
    list.replaceChildren(...found.map((thing, n) => {
      const item = document.createElement("li"), more = document.createElement("small");
      item.id = list.id + "-" + n;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      more.textContent = [thing.detail, valueOf(thing.iri)].filter(Boolean).join(" · ");
      item.append(thing.label, more);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(n); });
      return item;
    }));
    said.textContent = found.length ? found.length + " " + box.dataset.trouves : box.dataset.rien;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
  }
  async function suggest() {
    const number = ++asked, text = input.value.trim();
    if (text.length < 2) { close(); return; }
    const address = "/recherche?" + new URLSearchParams({ q: text, kind: box.dataset.sorte, format: "json" });
    const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (number === asked && response && response.ok) { show(await response.json()); }
  }
  input.addEventListener("input", () => {
    meaning.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(suggest, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); return; }
    if (event.key === "ArrowDown" && list.hidden) { suggest(); event.preventDefault(); return; }
    if (list.hidden || !found.length) { return; }
    if (event.key === "ArrowDown") { event.preventDefault(); mark((active + 1) % found.length); }
    if (event.key === "ArrowUp") { event.preventDefault(); mark((active + found.length - (active < 0 ? 0 : 1)) % found.length); }
    if (event.key === "Enter" && active >= 0) { event.preventDefault(); take(active); }
  });
  input.addEventListener("blur", close);
}

for (const button of document.querySelectorAll("button[data-copier]")) {
  if (!navigator.clipboard) { continue; }
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copier).textContent);
    button.textContent = button.dataset.copie;
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}
