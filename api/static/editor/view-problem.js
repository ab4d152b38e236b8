// Why there is no answer, in a sentence; the page marks the place in the query.
import { element } from "./answer.js";
import { say } from "./words.js";

const SENTENCE = say("detail_fr", "detail"); // where a problem says it in the language of the page
const BROKEN = say("Le service n’a pas pu répondre.", "The service could not answer.");
const SENTENCES = {
  413: say("La requête est trop longue (64 Kio au plus).", "The query is too long (at most 64 KiB)."),
  429: say("Trop de requêtes à la fois depuis cette adresse.", "Too many queries at once from this address."),
  503: say("Le service est occupé.", "The service is busy."),
  504: say("La requête a été arrêtée : elle demandait trop de temps.", "The query was stopped: it took too long."),
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
  if (/abort/i.test(text)) return { stopped: true, [SENTENCE]: say("Requête annulée : le service ne la calcule plus.", "Query cancelled: the service no longer computes it.") };
  if (/fetch|network|load failed/i.test(text)) return { [SENTENCE]: say("Le service n’a pas répondu, ou sa réponse s’est interrompue avant la fin. Rien n’est affiché d’une réponse incomplète.", "The service did not answer, or its answer broke off before the end. Nothing of an incomplete answer is shown.") };
  return { [SENTENCE]: BROKEN, text };
}

export class ProblemView {
  label = say("Erreur", "Error");
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
    if (problem.line) box.append(element("p", { class: "note" }, say("L’endroit est marqué dans la requête.", "The place is marked in the query.")));
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
      button.textContent = left > 0 ? say(`Réessayer dans ${left} s`, `Try again in ${left} s`) : say("Réessayer", "Try again");
      if (left-- > 0 && this.yasr.results) setTimeout(tick, 1000);
    };
    tick();
    button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("reessayer")));
    return element("p", {}, button);
  }
}
