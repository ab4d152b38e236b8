// The answer as the service wrote it.
import { element } from "./answer.js";
import { say, write } from "./words.js";

const MOST = 200_000; // characters shown

export class TextView {
  label = say("Réponse brute", "Raw answer");
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
    const type = results.getContentType() ?? say("type inconnu", "unknown type");
    const rest = text.length - MOST;
    const note = `${type}, ${write(text.length)} ${say("caractères", "characters")}${rest > 0 ? say(`, les ${write(MOST)} premiers affichés : la suite est dans le fichier`, `, the first ${write(MOST)} shown: the rest is in the file`) : ""}.`;
    this.yasr.resultsEl.replaceChildren(element("p", { class: "note" }, note), element("pre", { class: "brut", tabindex: "0", role: "region", "aria-label": say("Réponse brute", "Raw answer") }, text.slice(0, MOST)));
  }
}
