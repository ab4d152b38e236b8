// Completion from the graph's own vocabulary: prefixes, classes and properties with their labels and how often VoID counts them.
import { fold, language, write } from "./words.js";
const MOST = 60;
const { prefixes } = JSON.parse(document.getElementById("donnees-editeur").textContent);
let asked;
let wanted = false; // the reader asks for it
let chosen = ""; // the word just picked: nothing more to propose for it

/** The classes and properties, asked of our server once; a publication that is still being counted is asked again later. */
export function vocabulary() {
  asked ??= fetch("/editor/vocabulary", { headers: { Accept: "application/json" } })
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.headers.get("Retry-After") ?? "10"))))
    .catch(({ message }) => {
      setTimeout(() => (asked = undefined), 1000 * (Number(message) || 10));
      return { classes: [], properties: [] };
    });
  return asked;
}

/** The names of our terms in a query that no published fact uses; none where it reads graphs by name. */
export async function termsWithoutFacts(query) {
  const text = query.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g, (part) => (part.startsWith("<") ? part : " "));
  if (/\b(from|graph|service)\b/i.test(text.replace(/<[^>]*>/g, " "))) return [];
  const { classes, properties } = await vocabulary();
  if (!classes.length) return [];
  const counts = new Map([...classes, ...properties].map(({ iri, count }) => [iri, count]));
  const known = { ...prefixes };
  for (const [, prefix, iri] of text.matchAll(/\bprefix\s+([\w-]*):\s*<([^>]*)>/gi)) known[prefix] = iri;
  const names = new Set(text.replace(/<[^>]*>/g, " ").match(/[\w-]*:[\w-]+/g));
  return [...names].filter((name) => {
    const [prefix, local] = name.split(":");
    return known[prefix] === prefixes.anc && !counts.get(prefixes.anc + local);
  });
}

// An IRI with a prefix, the longest that fits; null when none does.
function compact(iri) {
  let best = null;
  for (const [prefix, start] of Object.entries(prefixes)) {
    const rest = iri.slice(start.length);
    if (iri.startsWith(start) && /^[\w-]*$/.test(rest) && (!best || start.length > best.start.length)) best = { prefix, start, rest };
  }
  return best && `${best.prefix}:${best.rest}`;
}


function matches(terms, typed) {
  const wanted = fold(typed.replace(/^</, ""));
  const local = wanted.includes(":") && !wanted.includes("//") ? wanted.slice(wanted.indexOf(":") + 1) : wanted;
  const prefix = wanted.includes(":") && !wanted.includes("//") ? wanted.slice(0, wanted.indexOf(":")) : "";
  const found = [];
  for (const term of terms) {
    const short = compact(term.iri) ?? term.iri;
    if (prefix && fold(short.split(":")[0]) !== prefix) continue;
    const name = fold(short.slice(short.indexOf(":") + 1));
    const labels = Object.values(term.label).map(fold);
    let rank = 9;
    if (!local || name.startsWith(local)) rank = 0;
    else if (labels.some((label) => label.startsWith(local))) rank = 1;
    else if (name.includes(local) || labels.some((label) => label.includes(local))) rank = 2;
    else if (fold(term.iri).startsWith(wanted)) rank = 3;
    if (rank < 9) found.push([rank, term, short]);
  }
  return found.sort((a, b) => a[0] - b[0] || b[1].count - a[1].count).slice(0, MOST);
}

function row(term, short) {
  const said = [language, "fr", "en"].find((one) => term.label[one]) ?? Object.keys(term.label)[0];
  const label = term.label[said] ?? "";
  return (element) => {
    for (const [kind, text] of [["nom", short], ["libelle", label], ["compte", term.count ? write(term.count) : "–"]]) {
      const part = document.createElement("span");
      part.className = `choix-${kind}`;
      part.textContent = text;
      if (kind === "libelle" && label && said !== language) part.lang = said;
      element.append(part);
    }
  };
}

// The word before the cursor. Read from the line: the grammar's tokens end at the first letter it does not expect (é).
function wordOf(editor) {
  const to = editor.getDoc().getCursor();
  const before = editor.getLine(to.line).slice(0, to.ch);
  const word = /(?:<[^\s>]*|[\p{L}\p{N}_:-]*)$/u.exec(before)[0];
  const from = { line: to.line, ch: to.ch - word.length };
  return { word, from, to, variable: /[?$]$/.test(before.slice(0, from.ch)) };
}

// The last token before the word that is not white space.
function tokenBefore(editor, { from }) {
  const token = editor.getTokenAt(from);
  return token.string.trim() ? token : editor.getPreviousNonWsToken(from.line, token);
}

function completer(name, kind, isValidCompletionPosition) {
  let found = [];
  return {
    name,
    bulk: false,
    autoShow: true,
    isValidCompletionPosition,
    get: async (editor) => {
      const { [kind]: terms } = await vocabulary();
      found = matches(terms, wordOf(editor).word);
      return found.map(([, term]) => term.iri);
    },
    postprocessHints: (_, hints) =>
      hints.map((hint, place) => {
        const [, term, short] = found[place];
        const prefixed = compact(term.iri);
        return {
          ...hint,
          text: prefixed ?? `<${term.iri}>`,
          render: row(term, short),
          hint: (editor, data, { text }) => {
            const { from, to } = wordOf(editor);
            chosen = text;
            editor.getDoc().replaceRange(text, from, to, "complete");
            const prefix = prefixed?.split(":")[0];
            if (prefix && !(prefix in editor.getPrefixesFromQuery())) editor.addPrefixes({ [prefix]: prefixes[prefix] });
          },
        };
      }),
  };
}

const TYPING = ["a", "rdf:type", "rdfs:domain", "rdfs:range", "rdfs:subClassOf"];

// Before an object of "a", or one more of them.
function atClass(editor) {
  const place = wordOf(editor);
  if (place.variable || (place.word === chosen && !wanted)) return false;
  const before = tokenBefore(editor, place);
  if (TYPING.includes(before?.string) || (before?.string === "," && TYPING.includes(before.state?.lastProperty))) return true;
  return wanted && !atProperty(editor);
}

function atProperty(editor) {
  const place = wordOf(editor);
  if (place.variable || (!wanted && (!place.word || place.word === chosen))) return false; // nothing pops up between two words unless it is asked for
  return Boolean(tokenBefore(editor, place)?.state?.possibleNext?.includes("a") || editor.getCompleteToken().state.possibleCurrent.includes("a"));
}

/** Complete at the cursor because the reader asks for it. */
export function completeHere(editor) {
  wanted = true;
  editor.autocomplete();
  wanted = false;
}

/** Make the completers known to the editor, in the place of those that ask other sites. */
export function addCompletion(Yasgui) {
  const { Yasqe } = Yasgui;
  Yasqe.defaults.autocompleters = [];
  for (const name of ["class", "property", "prefixes"]) {
    if (name === "prefixes") {
      const prefixes = {
        name: "prefixes-ancrage",
        persistenceId: null,
        get: () => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort(),
      };
      Yasqe.forkAutocompleter(name, prefixes, false);
    }
    delete Yasqe.Autocompleters[name];
  }
  Yasqe.registerAutocompleter(completer("classes-ancrage", "classes", atClass), false);
  Yasqe.registerAutocompleter(completer("properties-ancrage", "properties", atProperty), false);
}
