// The library speaks English only; its few words that a reader meets, in French, and its names for screen readers.
import { english, say } from "./words.js";

const WORDS = {
  "Add tab": "Nouvelle requête",
  "Add a new tab": "Nouvelle requête",
  "Close tab": "Fermer (Suppr)",
  "New Tab": "Nouvelle requête",
  "Rename Tab": "Renommer",
  "Copy Tab": "Dupliquer",
  "Close Tab": "Fermer",
  "Close other tabs": "Fermer les autres",
  "Undo close Tab": "Rouvrir la dernière fermée",
  "Press CTRL - <spacebar> to autocomplete": "Ctrl + Espace pour compléter",
  "cannot render result": "Cette réponse ne peut pas être affichée : téléchargez-la.",
};
const PATTERNS = [
  [/^Shows (.+) view$/, "Afficher : $1"],
  [/^Could not render results with the (.+) plugin, the results currently are rendered with the (.+) plugin\.\s*$/, "« $1 » n’a rien à montrer de cette réponse : voici « $2 »."],
];

function translated(text) {
  if (english) return null;
  if (text in WORDS) return WORDS[text];
  for (const [pattern, french] of PATTERNS) if (pattern.test(text)) return text.replace(pattern, french);
  return null;
}

function dress(element) {
  for (const name of ["title", "aria-label", "placeholder"]) {
    const french = element.hasAttribute(name) && translated(element.getAttribute(name));
    if (french) element.setAttribute(name, french);
  }
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const french = translated(node.data);
    if (french) node.data = french;
  }
  // a list of tabs holds tabs only: the button that adds one is counted among them
  if (element.matches(".addTab")) {
    element.setAttribute("role", "tab");
    element.setAttribute("aria-selected", "false");
  }
  if (element.matches(".tabsList")) element.setAttribute("aria-label", say("Requêtes ouvertes", "Open queries"));
  if (element.matches(".tab input")) element.setAttribute("aria-label", say("Nom de la requête", "Name of the query"));
  if (element.matches(".CodeMirror-hints")) element.setAttribute("aria-label", say("Propositions", "Suggestions"));
  if (element.matches(".controlbar")) element.hidden = true; // one endpoint, this one
}

/** Dress and, on a French page, translate what the library draws under an element, now and later. */
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
