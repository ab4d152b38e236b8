// The answer as a table: names as links, literals with their type, a hundred rows at a time, sorted by any column.
import { answerOf, element, isNumber, isNumeric, learn, nameOf, pageOf, short, size } from "./answer.js";
import { _, language, ngettext, write } from "./words.js";

const PAGE = 100;
const LONGEST = 300; // characters of a cell
const XSD = "http://www.w3.org/2001/XMLSchema#";
const collator = new Intl.Collator(language, { numeric: true });

/** A term of an answer as an element: a link where its page is known, else text; `brief` leaves the IRI out beside a name. */
export function cell(term, brief = false) {
  if (!term) return "";
  if (term.type === "uri") {
    const page = pageOf(term.value);
    const name = nameOf(term.value);
    const words = name ?? short(term.value);
    const shown = page ? element("a", { href: page, title: term.value }, words) : element("span", { title: term.value }, words);
    return name && !brief ? element("span", {}, shown, element("span", { class: "terme-iri" }, short(term.value))) : shown;
  }
  if (term.type === "bnode") return element("span", { class: "terme-type" }, `_:${term.value}`);
  if (term.type === "triple") {
    const { subject, predicate, object } = term.value;
    return element("span", {}, "<<( ", cell(subject), " ", cell(predicate), " ", cell(object), " )>>");
  }
  const long = term.value.length > LONGEST;
  const text = long ? `${term.value.slice(0, LONGEST)}…` : term.value;
  const type = term["xml:lang"] ?? (term.datatype && term.datatype !== `${XSD}string` ? short(term.datatype) : null);
  const told = [long && ngettext("{n} caractère", "{n} caractères", term.value.length), isNumber(term) ? null : type].filter(Boolean).join(", ");
  const shown = element("span", { lang: term["xml:lang"] ?? null, title: isNumber(term) ? type : null }, text);
  return told ? element("span", {}, shown, " ", element("span", { class: "terme-type" }, told)) : shown;
}

/** The IRIs of some rows, to ask their names at once. */
export function irisOf(rows, columns) {
  const found = [];
  for (const row of rows) for (const column of columns) if (row[column]?.type === "uri") found.push(row[column].value);
  return found;
}

function compare(a, b) {
  if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
  if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
  return collator.compare((a.type === "uri" && nameOf(a.value)) || a.value, (b.type === "uri" && nameOf(b.value)) || b.value);
}

export class TableView {
  label = _("Tableau");
  priority = 10;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return answerOf(this.yasr.results) !== null;
  }

  async draw() {
    const answer = answerOf(this.yasr.results);
    this.drawn = answer;
    if (answer.truth !== undefined) {
      this.yasr.resultsEl.replaceChildren(element("p", { class: "reponse-oui-non", role: "status" }, element("strong", {}, answer.truth ? _("Oui") : _("Non")), answer.truth ? _(" : la requête trouve au moins une solution.") : _(" : la requête ne trouve rien.")));
      return;
    }
    if (answer.rows.length === 0) {
      const none = _("Aucune ligne");
      const why = _("Ce n’est pas une erreur : rien dans le graphe ne répond à la requête.");
      this.yasr.resultsEl.replaceChildren(element("p", { class: "vide", role: "status" }, `${this.within(none)}. ${why}`));
      return;
    }
    this.rows = answer.rows;
    this.sorted = null;
    this.page = 0;
    await this.turn();
  }

  within(told) {
    const milliseconds = this.yasr.results.getResponseTime();
    return milliseconds ? _("{told}, en {seconds} s", { told, seconds: write(milliseconds / 1000, { maximumFractionDigits: 2 }) }) : told;
  }

  async turn() {
    const { columns } = this.drawn;
    const answer = this.drawn;
    const rows = this.rows.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const iris = irisOf(rows, columns);
    const put = () => {
      if (this.drawn === answer) this.yasr.resultsEl.replaceChildren(...this.parts(columns, rows));
    };
    put();
    await learn([...iris, ...rows.flatMap((row) => columns.map((column) => row[column]?.type === "triple" && row[column].value.predicate.value)).filter(Boolean)]);
    put();
  }

  parts(columns, rows) {
    const total = this.rows.length;
    const pages = Math.ceil(total / PAGE);
    const first = this.page * PAGE;
    const told = this.within(size(this.drawn));
    const caption = pages > 1 ? _("{told} ; {first} à {last} affichées", { told, first: write(first + 1), last: write(first + rows.length) }) : told;
    const numeric = new Set(columns.filter((column) => isNumeric(this.drawn, column)));
    const head = element("tr", {}, ...columns.map((column) => this.heading(column, numeric.has(column))));
    const body = rows.map((row) => element("tr", {}, ...columns.map((column) => element("td", { class: numeric.has(column) ? "nombre" : null }, cell(row[column])))));
    const table = element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
    const parts = [element("div", { class: "tableau", tabindex: "0", role: "region", "aria-label": _("Tableau de la réponse") }, table)];
    if (pages > 1) parts.push(this.pager(pages));
    return parts;
  }

  heading(column, numeric) {
    const way = this.sorted?.column === column ? this.sorted.way : null;
    const sign = way === "ascending" ? " ▲" : way === "descending" ? " ▼" : "";
    const button = element("button", { type: "button", class: "tri", title: _("Trier par {column}", { column }) }, column, element("span", { "aria-hidden": "true" }, sign));
    button.addEventListener("click", async () => {
      await this.sort(column, way === "ascending" ? "descending" : "ascending");
      [...this.yasr.resultsEl.querySelectorAll("th .tri")][this.drawn.columns.indexOf(column)]?.focus();
    });
    return element("th", { scope: "col", class: numeric ? "nombre" : null, "aria-sort": way }, button);
  }

  async sort(column, way) {
    this.sorted = { column, way };
    this.rows = [...this.drawn.rows].sort((a, b) => compare(a[column], b[column]));
    if (way === "descending") this.rows.reverse();
    this.page = 0;
    await this.turn();
  }

  pager(pages) {
    const go = (page, words) => {
      const button = element("button", { type: "button", class: "bouton discret", disabled: page < 0 || page >= pages }, words);
      button.addEventListener("click", async () => {
        this.page = page;
        await this.turn();
        this.yasr.resultsEl.querySelector(".tableau")?.focus();
      });
      return button;
    };
    return element("nav", { class: "pagination", "aria-label": _("Pages du tableau") }, go(this.page - 1, _("Précédentes")), element("span", {}, _("Page {page} sur {pages}", { page: write(this.page + 1), pages: write(pages) })), go(this.page + 1, _("Suivantes")));
  }

  destroy() {
    this.drawn = null;
  }
}
