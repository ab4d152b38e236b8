// A bar for each row: the first column of names, the last column of numbers. The bars stand in their own table.
import { answerOf, element, isNumeric, learn } from "./answer.js";
import { cell, irisOf } from "./view-table.js";
import { _, write } from "./words.js";

const MOST = 50;
const SVG = "http://www.w3.org/2000/svg";

function bar(share, below) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "barre-large", "aria-hidden": "true", focusable: "false" })) drawing.setAttribute(name, value);
  for (const [kind, width] of [["piste", 100], [below ? "dessous" : "part", 100 * share]]) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("class", kind);
    rect.setAttribute("width", width.toFixed(2));
    rect.setAttribute("height", "8");
    drawing.append(rect);
  }
  return drawing;
}

export class BarsView {
  label = _("Graphique");
  priority = 2;

  constructor(yasr) {
    this.yasr = yasr;
  }

  axes() {
    const answer = answerOf(this.yasr.results);
    if (!answer || answer.graph || answer.rows.length < 2) return null;
    const numbers = answer.columns.filter((column) => isNumeric(answer, column));
    const value = numbers.at(-1);
    const others = answer.columns.filter((column) => !numbers.includes(column) && answer.rows.some((row) => row[column]));
    const name = others.find((column) => /label$|^(nom|name|titre|title)$/i.test(column)) ?? others[0] ?? numbers.find((column) => column !== value);
    return name && value ? { answer, name, value } : null;
  }

  canHandleResults() {
    return this.axes() !== null;
  }

  async draw() {
    const { answer, name, value } = this.axes();
    const rows = answer.rows.filter((row) => row[value]).slice(0, MOST);
    await learn(irisOf(rows, [name]));
    const largest = Math.max(...rows.map((row) => Math.abs(Number(row[value].value))), Number.MIN_VALUE);
    const more = answer.rows.length - rows.length;
    const caption = more > 0
      ? _("{value} selon {name}, dans l’ordre de la réponse : {shown} lignes sur {total}", { value, name, shown: rows.length, total: write(answer.rows.length) })
      : _("{value} selon {name}, dans l’ordre de la réponse", { value, name });
    const body = rows.map((row) => {
      const number = Number(row[value].value);
      return element("tr", {}, element("th", { scope: "row" }, cell(row[name], true)), element("td", { class: "nombre" }, write(number, { maximumFractionDigits: 6, useGrouping: Math.abs(number) >= 10_000 })), element("td", { class: "barre-case" }, bar(Math.abs(number) / largest, number < 0)));
    });
    const head = element("tr", {}, element("th", { scope: "col" }, name), element("th", { scope: "col", class: "nombre" }, value), element("td", { "aria-hidden": "true" }));
    const table = element("table", { class: "barres" }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body));
    this.yasr.resultsEl.replaceChildren(element("div", { class: "tableau", tabindex: "0", role: "region", "aria-label": _("Graphique et son tableau") }, table));
  }
}
