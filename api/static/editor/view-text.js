// The answer as the service wrote it.
import { element } from "./answer.js";

const MOST = 200_000; // characters shown

export class TextView {
  label = "Réponse brute";
  priority = 1;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results) && !this.yasr.results.hasError();
  }

  draw() {
    const { results } = this.yasr;
    const text = results.getOriginalResponseAsString() ?? "";
    const type = results.getContentType() ?? "type inconnu";
    const rest = text.length - MOST;
    const note = `${type}, ${text.length.toLocaleString("fr")} caractères${rest > 0 ? `, les ${MOST.toLocaleString("fr")} premiers affichés : la suite est dans le fichier` : ""}.`;
    this.yasr.resultsEl.replaceChildren(element("p", { class: "note" }, note), element("pre", { class: "brut", tabindex: "0", role: "region", "aria-label": "Réponse brute" }, text.slice(0, MOST)));
  }
}
