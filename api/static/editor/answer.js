// An answer as columns and rows, whatever its format; the names of its things, asked of our server once each.
import { _, language, ngettext } from "./words.js";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMERIC = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong"].map((name) => XSD + name));
const MOST = 400; // IRIs asked in one request; the server takes 500
const parsed = new WeakMap();
const known = new Map();
const prefixes = Object.entries(JSON.parse(document.getElementById("donnees-editeur").textContent).prefixes).sort((a, b) => b[1].length - a[1].length);

/** Read an answer: `columns` and `rows` (terms by column), or `truth` for an ASK; null when it is neither. */
export function answerOf(results) {
  if (!results || results.hasError()) return null;
  if (!parsed.has(results)) parsed.set(results, read(results));
  return parsed.get(results);
}

/** Say how many rows or triples an answer has. */
export const size = ({ graph, rows }) => (graph ? ngettext("{n} triplet", "{n} triplets", rows.length) : ngettext("{n} ligne", "{n} lignes", rows.length));

const TRIPLE = [_("sujet"), _("prédicat"), _("objet")];

function read(results) {
  const type = results.getContentType() ?? "";
  try {
    if (type.includes("sparql-results+json")) {
      // read here: the library would put values of other columns in the place of {{their names}}
      const answer = JSON.parse(results.getOriginalResponseAsString());
      if ("boolean" in answer) return { truth: answer.boolean, columns: [], rows: [] };
      return { columns: answer.head.vars ?? [], rows: answer.results.bindings };
    }
    if (type.includes("turtle")) {
      const answer = results.getAsJson();
      const rows = answer?.results.bindings.map(({ subject, predicate, object }) => ({ [TRIPLE[0]]: subject, [TRIPLE[1]]: predicate, [TRIPLE[2]]: object }));
      return rows && { columns: TRIPLE, rows, graph: true };
    }
  } catch {
    return null;
  }
  return null;
}

export const isNumber = (term) => term?.type === "literal" && NUMERIC.has(term.datatype) && Number.isFinite(Number(term.value));

/** Whether a column holds numbers, as far as its first rows tell. */
export function isNumeric(answer, column) {
  const cells = answer.rows.slice(0, 200).map((row) => row[column]).filter(Boolean);
  return cells.length > 0 && cells.every(isNumber);
}

/** Ask the names and pages of IRIs that are not known yet. */
export async function learn(iris) {
  const wanted = [...new Set(iris)].filter((iri) => !known.has(iri));
  for (let start = 0; start < wanted.length; start += MOST) {
    const part = wanted.slice(start, start + MOST);
    const told = await post(`/editor/names?lang=${language}`, part);
    for (const iri of part) known.set(iri, told[iri] ?? {});
  }
}

/** Post IRIs and give the object answered, empty when the service cannot now. */
export async function post(path, iris) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ iris }),
    });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

export const nameOf = (iri) => known.get(iri)?.name ?? null;

/** The page of a thing: ours, or the web; nothing else becomes a link. */
export function pageOf(iri) {
  const page = known.get(iri)?.page ?? null;
  return page && /^(\/(?!\/)|https?:\/\/)/i.test(page) ? page : null;
}

/** An IRI as short as a reader can be told it (in a query a slash would have to be escaped). */
export function short(iri) {
  const [prefix, start] = prefixes.find(([, one]) => iri.startsWith(one) && iri !== one) ?? [];
  return prefix ? `${prefix}:${iri.slice(start.length)}` : `<${iri}>`;
}

/** Make an element with text; what comes from the graph is text, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
