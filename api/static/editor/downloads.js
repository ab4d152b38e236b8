// Links that download the last answer in every format the service writes (named by the page: `formats`).
import { element } from "./answer.js";
import { SENTENCE, _ } from "./words.js";

const SUFFIXES = { "csv-fr": "csv", json: "srj", xml: "srx" };
const LONGEST_ADDRESS = 6000;

export class Downloads {
  constructor(holder, formats) {
    this.formats = formats;
    this.element = holder;
    this.list = holder.querySelector("ul");
    this.state = holder.querySelector("[role=status]");
  }

  hide() {
    this.element.hidden = true;
  }

  show(asked) {
    this.state.textContent = "";
    this.list.replaceChildren(...this.formats[asked.graph ? "graphes" : "tableaux"].map((format) => element("li", {}, this.link(asked, format))));
    this.element.hidden = false;
  }

  link(asked, [format, words]) {
    const parameters = new URLSearchParams({ query: asked.query, format });
    for (const { name, value } of asked.args ?? []) parameters.append(name, value);
    const address = `/sparql?${parameters}`;
    const file = `ancrage.${SUFFIXES[format] ?? format}`;
    if (address.length <= LONGEST_ADDRESS) return element("a", { class: "bouton discret", href: address, download: file }, words);
    const button = element("button", { class: "bouton discret", type: "button" }, words);
    button.addEventListener("click", () => this.fetch(parameters, file, words));
    return button;
  }

  // a query too long for an address is posted, and the answer saved from memory
  async fetch(parameters, file, words) {
    this.state.textContent = _("{file} : en préparation…", { file: words });
    try {
      const response = await fetch("/sparql", { method: "POST", body: parameters });
      if (!response.ok) throw new Error((await response.json())[SENTENCE] ?? _("erreur {status}", { status: response.status }));
      const address = URL.createObjectURL(await response.blob());
      element("a", { href: address, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.state.textContent = "";
    } catch (error) {
      const reason = error instanceof TypeError ? _("le service ne répond pas.") : error.message;
      this.state.textContent = _("{what} : {value}", { what: words, value: reason });
    }
  }
}
