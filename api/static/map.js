// Maps: zoom and pan (kept in the address), a bubble under the pointer, and the row of the territory that is pointed at or focused.
// Without this file the drawing, its links, its titles and the table stay as they are.
"use strict";

const maps = []; // two maps of one size move together
let later = 0;
function remember(view) { // the part that is looked at stands in the address: it can be shared, and found again
  clearTimeout(later);
  later = setTimeout(() => {
    const base = location.pathname + location.search;
    if (view) { history.replaceState(history.state, "", `${base}#carte=${view.slice(0, 3).map((n) => n.toFixed(1)).join(",")}`); }
    else if (location.hash.startsWith("#carte=")) { history.replaceState(history.state, "", base); }
  }, 250);
}

let lit = null; // the territory pointed at, in every map and table
function light(place) {
  if (place === lit) { return; }
  lit = place;
  for (const one of document.querySelectorAll(".dessus")) { one.remove(); }
  for (const one of document.querySelectorAll(".choisi")) { one.classList.remove("choisi"); }
  for (const one of place ? document.querySelectorAll(`[data-t="${CSS.escape(place)}"]`) : []) {
    one.classList.add("choisi");
    if (!one.ownerSVGElement) { continue; }
    const drawing = one.closest(".dessin"), copy = one.cloneNode(true); // neighbours drawn later would cover its outline
    const { a, b, c, d, e, f } = drawing.getScreenCTM().inverse().multiply(one.getScreenCTM());
    copy.setAttribute("transform", `matrix(${[a, b, c, d, e, f]})`);
    copy.setAttribute("class", "choisi dessus");
    delete copy.dataset.t;
    drawing.append(copy);
  }
}

for (const frame of document.querySelectorAll("[data-carte]")) {
  const svg = frame.querySelector("svg");
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  const lines = [...svg.querySelectorAll(".aires, .contour-dans, .contour-departements use")].map((one) => [one, one.getAttribute("stroke-width")]);
  let view = [...whole], held = null, moved = false, touched = false, tapped = null;

  function paint() {
    svg.setAttribute("viewBox", view.map((n) => n.toFixed(2)).join(" "));
    const near = view[2] < whole[2] - 0.5, part = view[2] / whole[2];
    svg.classList.toggle("proche", near);
    svg.style.setProperty("--part", part); // names of towns and borders keep their size on the screen
    for (const [one, wide] of lines) { one.setAttribute("stroke-width", wide * part); }
    for (const kind of [".zoom-moins", ".zoom-tout"]) { tools.querySelector(kind).setAttribute("aria-disabled", !near); } // `disabled` would drop the focus
    return near;
  }
  function show() {
    const near = paint();
    for (const other of maps) { if (other.frame !== frame && other.size === whole.join()) { other.put(view); } }
    remember(near ? view : null);
  }
  function clamp() {
    view[0] = Math.min(Math.max(view[0], whole[0]), whole[0] + whole[2] - view[2]);
    view[1] = Math.min(Math.max(view[1], whole[1]), whole[1] + whole[3] - view[3]);
  }
  function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
    const wide = Math.min(whole[2], Math.max(whole[2] / 24, view[2] / factor)), ratio = wide / view[2];
    view = [x - (x - view[0]) * ratio, y - (y - view[1]) * ratio, wide, view[3] * ratio];
    clamp();
    show();
  }
  function at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  // --- tools ---
  const tools = document.createElement("div");
  tools.className = "carte-outils";
  for (const [kind, sign, words, act] of [
    ["zoom-plus", "+", frame.dataset.plus, () => zoom(1.6)],
    ["zoom-moins", "−", frame.dataset.moins, () => zoom(1 / 1.6)],
    ["zoom-tout", frame.dataset.tout, frame.dataset.tout, () => { view = [...whole]; show(); }],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = kind;
    button.textContent = sign;
    button.title = words;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", act);
    tools.append(button);
  }
  frame.prepend(tools);
  const links = [...svg.querySelectorAll("a")];
  if (!links.length) { svg.tabIndex = 0; } // arrows, + and − move it too
  links.forEach((link, rank) => { link.setAttribute("tabindex", rank ? -1 : 0); }); // one stop a map: arrows go from one to the next
  const middle = (link) => { const box = link.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; };
  function beside(from, [dx, dy]) { // the nearest on a side: what is aside counts twice
    const [x0, y0] = middle(from);
    let [best, least] = [null, Infinity];
    for (const link of links) {
      const [x, y] = middle(link), along = (x - x0) * dx + (y - y0) * dy, aside = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
      if (link !== from && along > 0.5 && aside <= 2 * along && along + 2 * aside < least) { [best, least] = [link, along + 2 * aside]; }
    }
    return best;
  }
  const asked = location.hash.startsWith("#carte=") ? location.hash.slice(7).split(",").map(Number) : [];
  if (asked.length === 3 && asked.every(Number.isFinite) && asked[2] > 0) {
    const wide = Math.min(whole[2], Math.max(whole[2] / 24, asked[2]));
    view = [asked[0], asked[1], wide, (wide * whole[3]) / whole[2]];
    clamp();
  }
  maps.push({ frame, size: whole.join(), put(next) { view = [...next]; paint(); } });
  paint();

  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && view[2] >= whole[2] - 0.5 && event.deltaY > 0) { return; }
    if (!event.ctrlKey && !event.metaKey && !svg.classList.contains("proche")) { return; } // the page scrolls
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, ...at(event));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => { event.preventDefault(); zoom(2, ...at(event)); });
  svg.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    held = svg.classList.contains("proche") && event.button === 0 ? at(event) : null;
    moved = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) { return; }
    const [x, y] = at(event);
    if (Math.hypot(x - held[0], y - held[1]) > view[2] / 150) {
      if (!moved) { svg.setPointerCapture(event.pointerId); }
      moved = true;
    }
    if (moved) { view[0] += held[0] - x; view[1] += held[1] - y; clamp(); show(); }
  });
  for (const end of ["pointerup", "pointercancel"]) { svg.addEventListener(end, () => { held = null; }); }
  svg.addEventListener("click", (event) => {
    if (moved) { event.preventDefault(); moved = false; return; }
    const shape = touched && event.target.closest("[data-t]"); // a finger tells first, and leads at the second touch
    if (shape && tapped !== shape.dataset.t) { event.preventDefault(); choose(shape, event.clientX, event.clientY); }
    tapped = shape ? shape.dataset.t : null;
  }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "+" || event.key === "=") { zoom(1.6); } else if (event.key === "-") { zoom(1 / 1.6); }
    else if (event.key === "0") { view = [...whole]; show(); }
    else if (step && !event.shiftKey && links.includes(event.target)) { beside(event.target, step)?.focus(); }
    else if (step && svg.classList.contains("proche")) {
      view[0] += step[0] * view[2] / 8; view[1] += step[1] * view[3] / 8; clamp(); show();
    } else { return; }
    event.preventDefault();
  });

  // --- the territory pointed at ---
  const bubble = document.createElement("div");
  bubble.className = "carte-bulle";
  bubble.hidden = true;
  bubble.setAttribute("aria-hidden", "true"); // the title of the shape says the same to whoever cannot see it
  frame.append(bubble);
  for (const title of svg.querySelectorAll("[data-t] > title")) { // or the browser would show it too
    title.parentNode.dataset.dit = title.textContent;
    title.remove();
  }
  function choose(shape, x, y) {
    light((shape ?? svg.querySelector("a:focus-visible [data-t]"))?.dataset.t ?? null);
    bubble.hidden = !shape;
    if (!shape) { return; }
    bubble.textContent = shape.dataset.dit;
    const box = frame.getBoundingClientRect();
    bubble.style.left = Math.max(0, Math.min(x - box.left + 14, box.width - bubble.offsetWidth - 4)) + "px";
    bubble.style.top = Math.max(0, Math.min(y - box.top + 18, box.height - bubble.offsetHeight - 4)) + "px";
  }
  svg.addEventListener("pointermove", (event) => { // not pointerover, which comes too when the view moves under a pointer at rest
    if (!held) { choose(event.target.closest("[data-t]"), event.clientX, event.clientY); }
  });
  svg.addEventListener("pointerleave", () => choose(null));
  svg.addEventListener("focusin", (event) => {
    const shape = event.target.querySelector("[data-t]");
    if (!shape) { return; }
    if (links.includes(event.target)) {
      for (const link of links) { link.setAttribute("tabindex", link === event.target ? 0 : -1); }
    }
    let box = shape.getBoundingClientRect();
    const [x, y] = at({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
    if (event.target.matches(":focus-visible") && (x < view[0] || y < view[1] || x > view[0] + view[2] || y > view[1] + view[3])) {
      view[0] = x - view[2] / 2; view[1] = y - view[3] / 2; clamp(); show(); // the view follows the keyboard
      svg.scrollIntoView({ block: "nearest" }); // or the page stays scrolled to where the shape was
      box = shape.getBoundingClientRect();
    }
    choose(shape, box.left + box.width / 2, box.bottom - 12);
  });
  svg.addEventListener("focusout", () => choose(null));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { bubble.hidden = true; } });
}
// --- territories chosen to be compared: the boxes of the table, and others that only the map shows ---
const comparison = document.getElementById("comparer");
function pick(place, words) {
  const boxes = [...document.querySelectorAll('input[type="checkbox"][name="among"]')], known = boxes.find((one) => one.value === place);
  if (known) { known.checked = !known.checked; known.closest("#comparer li")?.remove(); }
  else {
    const box = document.createElement("input"), label = document.createElement("label"), item = document.createElement("li");
    Object.assign(box, { type: "checkbox", name: "among", value: place, checked: true });
    label.append(box, ` ${words.split(/\s*: /)[0]}`);
    item.append(label);
    comparison.querySelector("ul").append(item);
  }
  comparison.querySelector("ul").hidden = !comparison.querySelector("li");
  mark();
}
const KEPT = 10; // territories chosen that an address holds
let among = "";
function held(address) { // an address of this map, with what is chosen
  const url = new URL(address, location.href);
  if ((url.searchParams.get("among") ?? "") === among) { return address; }
  if (among) { url.searchParams.set("among", among); } else { url.searchParams.delete("among"); }
  return url.href.replaceAll("%2C", ",").replaceAll("%2F", "/");
}
function keep(chosen) { // in the address, in links that turn or sort the table, and in the form
  among = [...chosen].slice(0, KEPT).join(",");
  history.replaceState(history.state, "", held(location.href));
  for (const link of document.querySelectorAll("#tableau .pages a, #tableau thead a, .carte-annees a")) { link.href = held(link.href); }
}
function mark() { // what is chosen is outlined on the maps
  const chosen = new Set([...document.querySelectorAll('input[name="among"]:checked')].map((one) => one.value));
  for (const shape of document.querySelectorAll("svg [data-t]")) { shape.classList.toggle("compare", chosen.has(shape.dataset.t)); }
  keep(chosen);
}
if (comparison) {
  document.addEventListener("change", (event) => { if (event.target.name === "among") { mark(); } });
  for (const svg of document.querySelectorAll("[data-carte] svg")) {
    svg.addEventListener("click", (event) => {
      const shape = event.shiftKey && event.target.closest("[data-t]");
      if (shape) { event.preventDefault(); pick(shape.dataset.t, shape.dataset.dit ?? ""); }
    });
    svg.addEventListener("keydown", (event) => {
      const shape = event.key === " " && event.target.querySelector("[data-t]");
      if (shape) { event.preventDefault(); pick(shape.dataset.t, shape.dataset.dit ?? ""); }
    });
  }
  document.querySelector(".carte-choix").addEventListener("formdata", ({ formData }) => {
    if (among) { formData.set("among", among); } else { formData.delete("among"); }
  });
  mark();
}
for (const row of document.querySelectorAll("tr[data-t]")) {
  for (const event of ["pointerenter", "focusin"]) { row.addEventListener(event, () => light(row.dataset.t)); }
  for (const event of ["pointerleave", "focusout"]) { row.addEventListener(event, () => light(null)); }
}
