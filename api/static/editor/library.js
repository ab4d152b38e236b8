// The library speaks English only: its few words that a reader meets, in the language of the page, and its names for screen readers.
import { _ } from "./words.js";

const WORDS = {
  "Add tab": _("Nouvelle requête"),
  "Add a new tab": _("Nouvelle requête"),
  "Close tab": _("Fermer (Suppr)"),
  "New Tab": _("Nouvelle requête"),
  "Rename Tab": _("Renommer"),
  "Copy Tab": _("Dupliquer"),
  "Close Tab": _("Fermer"),
  "Close other tabs": _("Fermer les autres"),
  "Undo close Tab": _("Rouvrir la dernière fermée"),
  "Press CTRL - <spacebar> to autocomplete": _("Ctrl + Espace pour compléter"),
  "cannot render result": _("Cette réponse ne peut pas être affichée : téléchargez-la."),
};
const PATTERNS = [
  [/^Shows (.+) view$/, ([, view]) => _("Afficher : {view}", { view })],
  [/^Could not render results with the (.+) plugin, the results currently are rendered with the (.+) plugin\.\s*$/, ([, view, other]) => _("« {view} » n’a rien à montrer de cette réponse : voici « {other} ».", { view, other })],
];

function translated(text) {
  for (const [pattern, say] of PATTERNS) if (pattern.test(text)) return say(pattern.exec(text));
  return Object.hasOwn(WORDS, text) ? WORDS[text] : null;
}

function dress(element) {
  for (const name of ["title", "aria-label", "placeholder"]) {
    const said = element.hasAttribute(name) && translated(element.getAttribute(name));
    if (said) element.setAttribute(name, said);
  }
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const said = translated(node.data);
    if (said) node.data = said;
  }
  // a list of tabs holds tabs only: the button that adds one is counted among them
  if (element.matches(".addTab")) {
    element.setAttribute("role", "tab");
    element.setAttribute("aria-selected", "false");
  }
  if (element.matches(".tabsList")) element.setAttribute("aria-label", _("Requêtes ouvertes"));
  if (element.matches(".tab input")) element.setAttribute("aria-label", _("Nom de la requête"));
  if (element.matches(".CodeMirror-hints")) element.setAttribute("aria-label", _("Propositions"));
  if (element.matches(".controlbar")) element.hidden = true; // one endpoint, this one
}

/** Dress and translate what the library draws under an element, now and later. */
export function dressLibrary(root) {
  const all = (element) => {
    dress(element);
    for (const inner of element.querySelectorAll("*")) dress(inner);
  };
  all(root);
  const watched = [root, document.getElementById("menu-onglets")];
  const observer = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      // the text being edited and the answers are none of the library's words
      if (target.closest?.(".CodeMirror-code, .yasr_results")) continue;
      if (target.nodeType === Node.ELEMENT_NODE) dress(target);
      for (const added of addedNodes) if (added.nodeType === Node.ELEMENT_NODE && !added.closest(".CodeMirror-code, .yasr_results")) all(added);
    }
  });
  for (const one of watched) if (one) observer.observe(one, { childList: true, subtree: true });
}
