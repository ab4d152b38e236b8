// Why there is no answer, in a sentence; the page marks the place in the query.
import { element } from "./answer.js";
import { SENTENCE, _ } from "./words.js";

const BROKEN = _("Le service n’a pas pu répondre.");
const SENTENCES = {
  413: _("La requête est trop longue (64 Kio au plus)."),
  429: _("Trop de requêtes à la fois depuis cette adresse."),
  503: _("Le service est occupé."),
  504: _("La requête a été arrêtée : elle demandait trop de temps."),
};

/** Read a problem document (RFC 9457), or tell what happened without one. */
export function problemOf(results) {
  const text = results.getError()?.text ?? "";
  try {
    const problem = JSON.parse(text);
    if (problem && typeof problem === "object") return problem;
  } catch {
    // no document: the network, a proxy or the reader stopped it
  }
  if (/abort/i.test(text)) return { stopped: true, [SENTENCE]: _("Requête annulée : le service ne la calcule plus.") };
  if (/fetch|network|load failed/i.test(text)) return { [SENTENCE]: _("Le service n’a pas répondu, ou sa réponse s’est interrompue avant la fin. Rien n’est affiché d’une réponse incomplète.") };
  return { [SENTENCE]: BROKEN, text };
}

export class ProblemView {
  label = _("Erreur");
  priority = 20;
  hideFromSelection = true;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.hasError());
  }

  draw() {
    const problem = problemOf(this.yasr.results);
    const sentence = problem[SENTENCE] ?? SENTENCES[problem.status] ?? problem.detail ?? BROKEN;
    const box = element("div", { class: problem.stopped ? "avis" : "panne", role: problem.stopped ? "status" : "alert" }, element("p", {}, sentence));
    if (problem.line) box.append(element("p", { class: "note" }, _("L’endroit est marqué dans la requête.")));
    if (problem.detail && problem.detail !== sentence && problem.status) box.append(element("p", { class: "note", lang: "en" }, `${problem.status} – ${problem.detail}`));
    if (problem.retry_after) box.append(this.again(Number(problem.retry_after)));
    this.yasr.resultsEl.replaceChildren(box);
  }

  // the button waits as long as the service asks for
  again(seconds) {
    const button = element("button", { type: "button", class: "bouton discret", disabled: true });
    let left = Math.max(1, Math.ceil(seconds));
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? _("Réessayer dans {n} s", { n: left }) : _("Réessayer");
      if (left-- > 0 && this.yasr.results) setTimeout(tick, 1000);
    };
    tick();
    button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("reessayer")));
    return element("p", {}, button);
  }
}
