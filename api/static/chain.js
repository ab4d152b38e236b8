"use strict";
// The graph of a filière: nodes placed by the server; filters, ego view, ways; what is chosen is kept in the address.
// Everything shown is text, never HTML.
(() => {
  const holder = document.getElementById("graphe");
  const form = document.getElementById("filtres");
  if (!holder || !form || typeof vis === "undefined") return;
  const words = holder.dataset;
  const english = words.langue === "en";
  const style = () => getComputedStyle(document.documentElement);
  const token = (name, other) => style().getPropertyValue(name).trim() || other;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const panel = document.getElementById("graphe-choix");
  const story = document.getElementById("recit");
  const told = document.getElementById("recit-texte");
  const state = document.getElementById("etat");
  const number = new Intl.NumberFormat(english ? "en" : "fr");
  let network, nodes, edges, plain, byId, around, byLabel, hidden = new Set(), lit = null;

  const wait = document.createElement("p");
  wait.className = "vide";
  wait.textContent = words.attente;
  holder.replaceChildren(wait);

  const element = (tag, text, name) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  };

  // --- What is asked for -------------------------------------------------------------------------------------------
  const values = (name) => [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
  const field = (name) => form.elements[name] ? form.elements[name].value.trim() : "";
  const find = (text) => byId.has(text) ? text : byLabel.get(text.toLocaleLowerCase("fr")) || null;
  const ACTORS = ["autour", "depuis", "vers"]; // fields that name an actor; the address has its identifier
  const label = (node) => String(node.title).split("\n")[0];
  const meets = (asked, given) => !asked.length || given.some((one) => asked.includes(one));

  function visible() {
    const ask = {
      f: values("fonction"), s: values("etape"), k: values("sorte"), e: values("preuve"), t: field("territoire"),
      from: Number(field("de")) || 0, to: Number(field("a")) || 9999,
    };
    const some = ask.f.length || ask.s.length || ask.k.length || ask.e.length || ask.t || field("de") || field("a");
    const keeps = (node) => meets(ask.f, node.f) && meets(ask.s, node.s.length ? node.s : ["none"])
      && (!ask.k.length || ask.k.includes(node.kind)) && meets(ask.e, node.e) && (!ask.t || node.t.includes(ask.t))
      && (!node.years.length || (node.years[0] <= ask.to && node.years[1] >= ask.from));
    let seen = new Set();
    for (const node of plain) if (node.f && node.f.length && (!some || keeps(node))) seen.add(node.id);
    const members = [...seen];
    for (const node of plain) {
      if (!node.f || node.f.length) continue;
      const tied = !some || (around.get(node.id) || []).some((one) => seen.has(one));
      if (tied && (!ask.k.length || ask.k.includes(node.kind))) members.push(node.id);
    }
    seen = new Set(members);
    const centre = field("autour") ? find(field("autour")) : null;
    if (centre) {
      const near = new Set([centre, ...(around.get(centre) || [])]);
      const kept = seen.has(centre) ? [...near].filter((one) => seen.has(one)) : [...near];
      seen = new Set(kept.filter((one) => byId.get(one).f));
    }
    if (lit) for (const id of lit) seen.add(id);
    return seen;
  }

  // --- The drawing --------------------------------------------------------------------------------------------------
  function show(fit) {
    const started = performance.now();
    const seen = visible();
    const changes = [];
    for (const node of plain) {
      const hide = Boolean(node.f) && !seen.has(node.id);
      if (hide !== hidden.has(node.id)) {
        changes.push({ id: node.id, hidden: hide });
        if (hide) hidden.add(node.id); else hidden.delete(node.id);
      }
    }
    if (changes.length) nodes.update(changes);
    const total = plain.filter((node) => node.f).length;
    const text = seen.size === total ? words0.all : words0.part;
    state.textContent = text.replace("{n}", number.format(seen.size)).replace("{total}", number.format(total));
    if (fit && changes.length) look(seen);
    holder.dataset.visibles = String(seen.size);
    holder.dataset.filtre = String(Math.round(performance.now() - started));
  }
  const words0 = { all: state.dataset.tous, part: state.dataset.partie };

  function look(seen) {
    const chosen = [...seen];
    const still = calm || plain.length > 600; // every frame of a large graph takes longer than the eye waits for
    network.fit({ nodes: chosen.length ? chosen : undefined, maxZoomLevel: 1.2, animation: still ? false : { duration: 200 } });
  }

  function dress(options) {
    options.nodes = { ...options.nodes, font: { ...options.nodes.font, color: token("--encre", "#222"), strokeWidth: 3,
      strokeColor: token("--surface", "#fff"), face: "system-ui, sans-serif" } };
    options.edges = { ...options.edges, color: { ...options.edges.color, color: token("--trait-fort", "#888"),
      highlight: token("--encre", "#222"), hover: token("--encre", "#222") } };
    return options;
  }

  function draw(data) {
    const started = performance.now();
    plain = data.nodes.map((node) => node.shape === "box" ? { ...node, font: { ...node.font, strokeWidth: 0 } } : node);
    byId = new Map(plain.map((node) => [node.id, node]));
    byLabel = new Map();
    around = new Map();
    for (const edge of data.edges) {
      if (!edge.k) continue;
      for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
        if (!around.has(one)) around.set(one, []);
        around.get(one).push(other);
      }
    }
    const same = new Map();
    for (const node of plain) if (node.f) same.set(label(node), (same.get(label(node)) || 0) + 1);
    const list = document.getElementById("acteurs");
    for (const node of plain) {
      if (!node.f) continue;
      const [near] = around.get(node.id) || []; // several programmes have one label: whoever offers it tells them apart
      node.name = same.get(label(node)) > 1 && near && byId.has(near) ? `${label(node)} – ${label(byId.get(near))}` : label(node);
      const key = node.name.toLocaleLowerCase("fr");
      if (byLabel.has(key)) continue;
      byLabel.set(key, node.id);
      const option = document.createElement("option");
      option.value = node.name;
      list.append(option);
    }
    for (const name of ACTORS) {
      const named = byId.get(field(name));
      if (named && named.name) form.elements[name].value = named.name;
    }
    const options = dress(structuredClone(data.options));
    nodes = new vis.DataSet(plain);
    edges = new vis.DataSet(data.edges.map((edge, rank) => ({ ...edge, id: rank })));
    holder.replaceChildren();
    network = new vis.Network(holder, { nodes, edges }, options);
    network.once("afterDrawing", () => { holder.dataset.dessin = String(Math.round(performance.now() - started)); });
    network.fit({ animation: false, maxZoomLevel: 1.2 });
    holder.dataset.noeuds = String(plain.length);
    network.on("selectNode", (event) => choose(event.nodes[0]));
    network.on("deselectNode", () => { panel.hidden = true; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => network.setOptions(dress(structuredClone(data.options))));
    tools();
    show(true);
    if (field("depuis") && field("vers")) way(false);
    holder.dataset.pret = "oui";
  }

  function tools() {
    const bar = document.querySelector(".graphe-outils");
    bar.hidden = false;
    const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: calm ? false : { duration: 150 } });
    bar.addEventListener("click", (event) => {
      const wish = event.target.dataset && event.target.dataset.graphe;
      if (wish === "plus") zoom(1.4);
      else if (wish === "moins") zoom(1 / 1.4);
      else if (wish === "tout") look(visible());
    });
  }

  function choose(id) {
    const node = byId.get(id);
    if (!node) return;
    panel.replaceChildren();
    const [first, ...others] = String(node.title).split("\n");
    const title = element("p");
    title.append(element("strong", first));
    panel.append(title);
    for (const text of others) panel.append(element("p", text, "note"));
    const near = (around.get(id) || []).map((one) => byId.get(one)).filter(Boolean);
    if (near.length) {
      const list = element("ul", "", "puces");
      for (const one of near.slice(0, 30)) {
        const item = element("li");
        const body = element(one.page ? "a" : "span", label(one));
        if (one.page) body.href = one.page;
        item.append(body);
        list.append(item);
      }
      panel.append(list);
    }
    const actions = element("div", "", "actions");
    const button = (text, act) => {
      const made = element("button", text, "bouton discret");
      made.type = "button";
      made.addEventListener("click", act);
      actions.append(made);
    };
    if (node.f) {
      button(words.autourMot, () => { form.elements.autour.value = node.name; changed(true); });
      button(words.depuisMot, () => { form.elements.depuis.value = node.name; changed(false); way(true); });
      button(words.versMot, () => { form.elements.vers.value = node.name; changed(false); way(true); });
    }
    if (node.page) {
      const link = element("a", words.pageMot, "bouton discret");
      link.href = node.page;
      actions.append(link);
    }
    panel.append(actions);
    panel.hidden = false;
  }

  // --- Ways ----------------------------------------------------------------------------------------------------------
  function light(ids) {
    const before = lit || [];
    lit = ids;
    const back = new Map(plain.map((node) => [node.id, node]));
    const updates = [];
    for (const id of before) if (back.has(id)) updates.push({ id, borderWidth: 1, color: back.get(id).color, font: back.get(id).font });
    for (const id of ids || []) {
      if (!back.has(id)) continue;
      const node = back.get(id);
      updates.push({ id, borderWidth: 5, color: { background: node.color.background || node.color, border: token("--accent", "#a5461a") }, font: { ...node.font, size: 22 } });
    }
    if (updates.length) nodes.update(updates);
    const pairs = new Set();
    for (let rank = 1; ids && rank < ids.length; rank += 1) pairs.add([ids[rank - 1], ids[rank]].sort().join("\u0000"));
    const lines = [];
    edges.forEach((edge) => {
      const on = pairs.has([edge.from, edge.to].sort().join("\u0000"));
      if (on || edge.lit) lines.push({ id: edge.id, lit: on, width: on ? 5 : 1, color: on ? { color: token("--accent", "#a5461a"), opacity: 1 } : undefined });
    });
    if (lines.length) edges.update(lines);
  }

  async function way(announce) {
    const [from, to] = [field("depuis"), field("vers")];
    if (!from || !to) { light(null); return; }
    const query = new URLSearchParams({ depuis: find(from) || from, vers: find(to) || to });
    if (new URLSearchParams(location.search).get("illustratif") === "oui") query.set("illustratif", "oui");
    let answer;
    try {
      const response = await fetch(`${words.chemin}?${query}`);
      answer = await response.json();
    } catch { return; }
    told.replaceChildren();
    story.hidden = false;
    const say = english ? "en" : "fr";
    if (answer.unknown) {
      for (const [text, near] of Object.entries(answer.unknown)) {
        const start = english ? "No actor of the chain is called" : "Aucun acteur de la filière ne s’appelle";
        const rest = near.length ? (english ? " The nearest: " : " Les plus proches : ") + near.map((one) => one.label).join(" ; ") + "." : "";
        told.append(element("p", `${start} « ${text} ».${rest}`, "vide"));
      }
      light(null);
    } else {
      const title = element("p");
      title.append(element("strong", answer.words[say]));
      told.append(title);
      const list = element("ol");
      for (const step of answer.steps) list.append(element("li", step.words[say]));
      if (answer.steps.length) told.append(list);
      light(answer.steps.length ? answer.actors.map((one) => one.id) : null);
      show(false);
      if (announce && lit) network.fit({ nodes: lit, animation: calm ? false : { duration: 200 }, maxZoomLevel: 1 });
    }
    holder.dataset.trouve = answer.found ? "oui" : "non";
  }

  // --- The address, the table beside, the files ------------------------------------------------------------------------
  function address() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (String(value).trim()) query.append(name, String(value).trim());
    for (const name of ACTORS) if (query.get(name) && find(query.get(name))) query.set(name, find(query.get(name)));
    return query;
  }

  let later = 0;
  function changed(fit) {
    show(fit);
    const query = address();
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
    for (const link of document.querySelectorAll("[data-fichier]")) link.href = link.dataset.fichier + (text ? `?${text}` : "");
    clearTimeout(later);
    later = setTimeout(table, 300);
  }

  async function table() {
    try {
      const query = new URLSearchParams(location.search);
      query.set("lang", english ? "en" : "fr");
      const response = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html" } });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("membres");
      if (fresh) document.getElementById("membres").replaceWith(document.adoptNode(fresh));
    } catch { /* the former table stays */ }
  }

  form.addEventListener("change", (event) => {
    if (!network) return;
    const name = event.target.name;
    changed(name !== "depuis" && name !== "vers");
    if (name === "depuis" || name === "vers") way(true);
  });
  form.addEventListener("submit", (event) => {
    if (!network) return;
    event.preventDefault();
    changed(true);
    way(true);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-autour]");
    if (!link || !network || !byId.has(link.dataset.autour)) return;
    event.preventDefault();
    form.elements.autour.value = byId.get(link.dataset.autour).name || label(byId.get(link.dataset.autour));
    changed(true);
    holder.scrollIntoView({ block: "nearest" });
    holder.focus();
  });

  fetch(words.source, { headers: { Accept: "application/json" } })
    .then((response) => { if (!response.ok) throw new Error(String(response.status)); return response.json(); })
    .then(draw)
    .catch(() => { wait.textContent = words.panne; holder.replaceChildren(wait); holder.dataset.pret = "non"; });
})();
