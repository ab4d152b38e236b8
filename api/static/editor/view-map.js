// Places on a map without tiles: outlines and points drawn as SVG, beside the table that holds the same values.
import { answerOf, element, isNumber, isNumeric, learn, post } from "./answer.js";
import { cell, irisOf } from "./view-table.js";
import { isWkt, readWkt } from "./wkt.js";
import { _, ngettext, write } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 2000; // places drawn
const MAINLAND = { west: -5.6, south: 41.2, east: 10, north: 51.3 };
const BATCH = 400;
const SIZE = 640;
const CLASSES = 5;
const PLACES = /^https:\/\/w3id\.org\/ancrage\/id\/(territory|site)\//;

/** The columns that say where: shapes, pairs of coordinates, or things whose place the graph knows. */
function whereabouts(answer) {
  if (!answer || answer.graph || answer.truth !== undefined || !answer.rows.length) return null;
  const first = answer.rows.slice(0, 200);
  const some = (column, test) => first.some((row) => row[column] && test(row[column]));
  const shape = answer.columns.find((column) => some(column, (term) => term.type === "literal" && isWkt(term.value)));
  if (shape) return { shape };
  const named = (pattern) => answer.columns.find((column) => pattern.test(column) && some(column, isNumber));
  const [latitude, longitude] = [named(/^lat(itude)?$/i), named(/^(long?|lng|longitude)$/i)];
  if (latitude && longitude) return { latitude, longitude };
  const thing = answer.columns.find((column) => some(column, (term) => term.type === "uri" && PLACES.test(term.value)));
  return thing ? { thing } : null;
}

/** One entry a place: its name, value, shape, and how many rows speak of it. */
async function placesOf(answer, where) {
  const numbers = answer.columns.filter((column) => ![where.latitude, where.longitude].includes(column) && isNumeric(answer, column));
  const value = numbers.at(-1);
  const names = answer.columns.filter((column) => ![where.shape, where.latitude, where.longitude].includes(column) && !numbers.includes(column));
  const name = where.thing ?? names.find((column) => answer.rows.some((row) => row[column]?.type === "uri")) ?? names[0];
  const places = new Map();
  const all = new Set();
  for (const row of answer.rows) {
    const key = where.thing ? row[where.thing]?.value : where.shape ? row[where.shape]?.value : row[where.latitude] && row[where.longitude] && `POINT(${row[where.longitude].value} ${row[where.latitude].value})`;
    if (!key || (where.thing && row[where.thing].type !== "uri")) continue;
    const whole = where.thing ? key : `${key} ${row[name]?.value ?? ""}`;
    const known = places.get(whole);
    all.add(whole);
    if (known) known.rows += 1;
    else if (places.size < MOST) places.set(whole, { key, name: row[name], value: value && row[value] ? Number(row[value].value) : null, rows: 1 });
  }
  const found = [...places.values()];
  const drawn = {};
  if (where.thing) {
    for (let start = 0; start < found.length; start += BATCH) Object.assign(drawn, await post("/editor/places", found.slice(start, start + BATCH).map((place) => place.key)));
  }
  for (const place of found) place.shape = readWkt(where.thing ? (drawn[place.key] ?? "") : place.key);
  setApart(found.filter((place) => place.shape));
  const repeated = found.some((place) => place.rows > 1);
  for (const place of found) if (repeated) place.value = place.rows;
  return { places: found, total: all.size, measure: repeated ? "lignes" : value, name, repeated };
}

// A few places overseas would shrink all the others to a dot: they stay in the table, out of the frame.
function setApart(places) {
  const inside = ({ shape }) => shape.rings[0].every(([x, y]) => x > MAINLAND.west && x < MAINLAND.east && y > MAINLAND.south && y < MAINLAND.north);
  const apart = places.filter((place) => !inside(place));
  if (apart.length <= places.length / 10) for (const place of apart) place.apart = true;
}

// Equal counts of places a class; equal values stay together.
function scale(places) {
  const values = places.filter((place) => place.shape && !place.apart && place.value !== null).map((place) => place.value).sort((a, b) => a - b);
  const steps = [...new Set(Array.from({ length: CLASSES }, (_, rank) => values[Math.floor((rank * values.length) / CLASSES)]))].filter((step) => step !== undefined);
  return { steps, last: values.at(-1), of: (value) => (value === null ? null : steps.findLastIndex((step) => value >= step)) };
}

function draw(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  return made;
}

function drawing(places, classes, told) {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const { shape } of places) for (const ring of shape.rings) for (const [x, y] of ring) [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
  const [padX, padY] = [Math.max((east - west) * 0.03, 0.02), Math.max((north - south) * 0.03, 0.02)];
  [west, south, east, north] = [west - padX, south - padY, east + padX, north + padY];
  const flat = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const unit = SIZE / Math.max((east - west) * flat, north - south);
  const at = ([x, y]) => [((x - west) * flat * unit).toFixed(1), ((north - y) * unit).toFixed(1)];
  const map = draw("svg", { viewBox: `0 0 ${((east - west) * flat * unit).toFixed(0)} ${((north - south) * unit).toFixed(0)}`, role: "img", "aria-label": told });
  const order = { area: 0, line: 1, point: 2 };
  for (const place of [...places].sort((a, b) => order[a.shape.kind] - order[b.shape.kind])) {
    const level = classes.of(place.value);
    const group = draw("g", { class: `lieu ${place.shape.kind} ${level === null || classes.steps.length < 2 ? "sans-valeur" : `classe-${level}`}`, "data-lieu": String(place.rank) });
    if (place.shape.kind === "point") {
      for (const ring of place.shape.rings) for (const point of ring) {
        const [cx, cy] = at(point);
        group.append(draw("circle", { cx, cy, r: places.length > 1000 ? 2 : places.length > 300 ? 3 : 5 }));
      }
    } else {
      const close = place.shape.kind === "area" ? "Z" : "";
      group.append(draw("path", { d: place.shape.rings.map((ring) => `M${ring.map((point) => at(point).join(" ")).join("L")}${close}`).join(""), "fill-rule": "evenodd" }));
    }
    const title = draw("title", {});
    title.textContent = place.value === null ? place.words : _("{what} : {value}", { what: place.words, value: write(place.value) });
    group.append(title);
    map.append(group);
  }
  return map;
}

export class MapView {
  label = _("Carte");
  priority = 3;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return whereabouts(answerOf(this.yasr.results)) !== null;
  }

  async draw() {
    const answer = answerOf(this.yasr.results);
    const waiting = element("p", { class: "note", role: "status" }, _("Recherche des contours…"));
    this.yasr.resultsEl.replaceChildren(waiting);
    const { places, total, measure, name, repeated } = await placesOf(answer, whereabouts(answer));
    await learn(irisOf(places.map((place) => ({ name: place.name })), ["name"]));
    if (!waiting.isConnected) return; // another view was chosen meanwhile
    places.forEach((place, rank) => {
      const shown = cell(place.name, true);
      place.rank = rank;
      place.words = (shown.textContent || _("Lieu {n}", { n: rank + 1 })).slice(0, 120);
    });
    const drawn = places.filter((place) => place.shape && !place.apart);
    const classes = scale(places);
    const told = this.summary(places, drawn, total, measure && (repeated ? _("nombre de lignes par lieu") : measure));
    const parts = [element("p", { class: "note", role: "status" }, told)];
    const figure = element("figure", { class: "carte-reponse" });
    if (drawn.length) figure.append(drawing(drawn, classes, told), this.legend(classes, measure));
    parts.push(element("div", { class: "carte-et-tableau" }, drawn.length ? figure : element("p", { class: "vide" }, _("Le graphe ne donne ni contour ni position de ces lieux.")), this.table(places, name, measure)));
    this.yasr.resultsEl.replaceChildren(...parts);
    this.link(figure);
  }

  summary(places, drawn, total, measure) {
    const [apart, unplaced] = [places.filter((place) => place.apart).length, places.filter((place) => !place.shape).length];
    return [
      ngettext("{n} lieu sur la carte", "{n} lieux sur la carte", drawn.length),
      total > places.length && _("les {n} premiers de la réponse sur {total}", { n: write(places.length), total: write(total) }),
      apart && ngettext("{n} autre hors du cadre (outre-mer ou étranger)", "{n} autres hors du cadre (outre-mer ou étranger)", apart),
      unplaced && ngettext("{n} autre que le graphe ne situe pas", "{n} autres que le graphe ne situe pas", unplaced),
      measure && _("couleur : {measure}", { measure }),
    ].filter(Boolean).join(" ; ").concat(".");
  }

  legend(classes, measure) {
    if (!measure || classes.steps.length < 2) return "";
    const short = (value) => write(value, { maximumFractionDigits: 2 });
    const items = classes.steps.map((step, rank) => {
      const patch = draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" });
      const group = draw("g", { class: `lieu area classe-${rank}` });
      group.append(draw("path", { d: "M1 1H15V15H1Z" }));
      patch.append(group);
      const next = classes.steps[rank + 1];
      return element("li", {}, patch, next === undefined ? _("{low} à {high}", { low: short(step), high: short(classes.last) }) : _("{low} à moins de {high}", { low: short(step), high: short(next) }));
    });
    return element("figcaption", {}, _("{what} : {value}", { what: measure, value: "" }), element("ul", { class: "legende" }, ...items));
  }

  table(places, name, measure) {
    const rows = places.map((place) => element("tr", { "data-lieu": String(place.rank), class: place.shape ? null : "hors-carte" }, element("th", { scope: "row" }, cell(place.name, true) || place.words), measure && element("td", { class: "nombre" }, place.value === null ? "" : write(place.value)), element("td", {}, place.apart ? _("hors du cadre") : place.shape ? _("oui") : _("non"))));
    const head = element("tr", {}, element("th", { scope: "col" }, name ?? _("lieu")), measure && element("th", { scope: "col", class: "nombre" }, measure), element("th", { scope: "col" }, _("sur la carte")));
    const table = element("table", {}, element("caption", { class: "cache" }, _("Lieux de la carte")), element("thead", {}, head), element("tbody", {}, ...rows));
    return element("div", { class: "tableau carte-tableau", tabindex: "0", role: "region", "aria-label": _("Tableau des lieux de la carte") }, table);
  }

  // pointing at a place or at its row shows the other
  link(figure) {
    const root = this.yasr.resultsEl;
    const light = (event) => {
      const rank = event.target.closest?.("[data-lieu]")?.dataset.lieu;
      for (const one of root.querySelectorAll(".vise")) one.classList.remove("vise");
      if (rank !== undefined) for (const one of root.querySelectorAll(`[data-lieu="${rank}"]`)) one.classList.add("vise");
    };
    for (const part of root.querySelectorAll(".carte-et-tableau")) for (const kind of ["pointerover", "focusin", "pointerleave"]) part.addEventListener(kind, light);
    figure.addEventListener("click", (event) => {
      const rank = event.target.closest("[data-lieu]")?.dataset.lieu;
      root.querySelector(`tr[data-lieu="${rank}"]`)?.scrollIntoView({ block: "nearest" });
    });
  }
}
