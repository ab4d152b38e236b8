// The answer as the service wrote it.
import { element } from "./answer.js";
import { _, ngettext, write } from "./words.js";

const MOST = 200_000; // characters shown

export class TextView {
  label = _("Réponse brute");
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
    const type = results.getContentType() ?? _("type inconnu");
    const rest = text.length - MOST;
    const note = rest > 0
      ? _("{type}, {n} caractères, les {shown} premiers affichés : la suite est dans le fichier.", { type, n: write(text.length), shown: write(MOST) })
      : ngettext("{n} caractère", "{n} caractères", text.length).concat(`, ${type}.`);
    this.yasr.resultsEl.replaceChildren(element("p", { class: "note" }, note), element("pre", { class: "brut", tabindex: "0", role: "region", "aria-label": _("Réponse brute") }, text.slice(0, MOST)));
  }
}
