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
  const state = document.getElementById("etat");
  const number = new Intl.NumberFormat(english ? "en" : "fr");
  let network, nodes, edges, plain, byId, around, byLabel, nameAt, hidden = new Set(), lit = null;
  const frame = holder.closest(".graphe-cadre");
  holder.hidden = false;
  frame.classList.add("dessine"); // the picture of the server is for paper then
  const narrow = holder.clientWidth < 560; // stages then go from top to bottom
  let colours = {};

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
  const ACTORS = ["around", "from", "to"]; // fields that name an actor; the address has its identifier
  const label = (node) => String(node.title).split("\n")[0];
  const meets = (asked, given) => !asked.length || given.some((one) => asked.includes(one));

  function visible() {
    const ask = {
      f: values("function"), s: values("stage"), k: values("kind"), e: values("evidence"), t: field("territory"),
      from: Number(field("since")) || 0, to: Number(field("until")) || 9999,
    };
    const some = ask.f.length || ask.s.length || ask.k.length || ask.e.length || ask.t || field("since") || field("until");
    const keeps = (node) => meets(ask.f, node.f) && meets(ask.s, node.s.length ? node.s : ["none"])
      && (!ask.k.length || ask.k.includes(node.kind)) && meets(ask.e, node.e) && (!ask.t || node.t.includes(ask.t))
      && (!node.years.length || node.years.some((year) => year >= ask.from && year <= ask.to));
    let seen = new Set();
    for (const node of plain) if (node.f && node.f.length && (!some || keeps(node))) seen.add(node.id);
    const members = [...seen];
    for (const node of plain) {
      if (!node.f || node.f.length) continue;
      const tied = !some || (around.get(node.id) || []).some((one) => seen.has(one));
      if (tied && (!ask.k.length || ask.k.includes(node.kind))) members.push(node.id);
    }
    seen = new Set(members);
    const centre = field("around") ? find(field("around")) : null;
    if (centre) {
      const near = new Set([centre, ...(around.get(centre) || [])]);
      const kept = seen.has(centre) ? [...near].filter((one) => seen.has(one)) : [...near];
      seen = new Set(kept.filter((one) => byId.get(one).f));
    }
    if (lit) for (const id of lit) seen.add(id);
    return seen;
  }

  // --- Around one actor: it is in the middle, those tied to it in columns, so that each has room for its name ------------------
  const [ASIDE, APART, MARK] = [230, 38, 9];
  let placed = null; // who is in the middle
  let rows = 0;
  const centred = () => {
    const id = field("around") ? find(field("around")) : null;
    return id && !lit ? id : null;
  };

  function settle(seen) {
    const centre = centred();
    if (centre === placed) return;
    placed = centre;
    const moves = [];
    const put = (node, x, y, size) => {
      Object.assign(node, { x, y, size });
      moves.push({ id: node.id, x, y, size });
    };
    for (const node of plain) if (node.x !== node.home.x || node.y !== node.home.y) put(node, node.home.x, node.home.y, node.home.size);
    if (centre) {
      const near = [...seen].filter((id) => id !== centre).map((id) => byId.get(id))
        .sort((one, other) => one.kind.localeCompare(other.kind) || label(one).localeCompare(label(other)));
      rows = narrow ? near.length : Math.ceil(near.length / 2);
      near.forEach((node, rank) => {
        const left = !narrow && rank < rows;
        const within = left || narrow ? rows : near.length - rows;
        put(node, left ? -ASIDE : narrow ? 40 : ASIDE, (rank % rows - (within - 1) / 2) * APART, MARK);
      });
      put(byId.get(centre), 0, narrow ? -(rows + 1) / 2 * APART : 0, MARK + 3);
    }
    if (moves.length) nodes.update(moves);
  }

  // --- The drawing --------------------------------------------------------------------------------------------------
  function show(fit) {
    const started = performance.now();
    const seen = visible();
    const changes = [];
    for (const node of plain) {
      const hide = (Boolean(node.f) || centred() !== null) && !seen.has(node.id);
      if (hide !== hidden.has(node.id)) {
        changes.push({ id: node.id, hidden: hide });
        if (hide) hidden.add(node.id); else hidden.delete(node.id);
      }
    }
    if (changes.length) nodes.update(changes);
    settle(seen);
    const total = plain.filter((node) => node.f).length;
    const text = !seen.size ? words0.none : seen.size === 1 ? words0.one : seen.size === total ? words0.all : words0.part;
    state.textContent = text.replace("{n}", number.format(seen.size)).replace("{total}", number.format(total));
    if (fit && (changes.length || placed)) look(seen);
    holder.dataset.visibles = String(seen.size);
    holder.dataset.filtre = String(Math.round(performance.now() - started));
  }
  const words0 = { all: state.dataset.tous, one: state.dataset.un, part: state.dataset.partie, none: state.dataset.personne };

  function look(seen) {
    if (placed) {
      const scale = Math.min(1, (holder.clientHeight - 40) / ((rows + (narrow ? 1.5 : 0)) * APART));
      network.moveTo({ position: { x: narrow ? (holder.clientWidth / 2 - 20) / scale : 0, y: narrow ? -APART / 2 : 0 }, scale, animation: false });
      return;
    }
    const chosen = [...seen];
    const still = calm || plain.length > 600; // every frame of a large graph takes longer than the eye waits for
    // The key is left out where nobody is kept: vis-network refuses one without a list, and then all the stages are in view.
    network.fit({ ...(chosen.length ? { nodes: chosen } : {}), maxZoomLevel: 1.2, animation: still ? false : { duration: 200 } });
  }

  function dress(options) {
    colours = { ink: token("--encre", "#222"), surface: token("--surface", "#fff") };
    options.edges = { ...options.edges, color: { ...options.edges.color, color: token("--trait-fort", "#888"),
      highlight: token("--encre", "#222"), hover: token("--encre", "#222") } };
    options.interaction = { ...options.interaction, keyboard: false }; // graph_keys.js has it
    return options;
  }

  function draw(data) {
    const started = performance.now();
    plain = data.nodes.map((node) => narrow ? { ...node, x: node.y, y: node.x } : node);
    for (const node of plain) node.home = { x: node.x, y: node.y, size: node.size };
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
    for (const node of plain) node.degree = (around.get(node.id) || []).length;
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
      const named = byId.get(form.elements[name].dataset.acteur || field(name));
      if (named && named.name) form.elements[name].value = named.name;
    }
    const options = dress(structuredClone(data.options));
    nodes = new vis.DataSet(plain.map((node) => ({ ...node, label: undefined }))); // graph_names.js writes names
    edges = new vis.DataSet(data.edges.map((edge, rank) => ({ ...edge, id: rank })));
    holder.replaceChildren();
    network = new vis.Network(holder, { nodes, edges }, options);
    nameAt = window.ancrageNames(network, { nodes: plain, hidden: (id) => hidden.has(id), first: named, beside: () => placed !== null, paint: () => colours });
    network.once("afterDrawing", () => { holder.dataset.dessin = String(Math.round(performance.now() - started)); });
    network.fit({ animation: false, maxZoomLevel: 1.2 });
    holder.dataset.noeuds = String(plain.length);
    const leave = () => { panel.hidden = true; };
    network.on("click", (event) => {
      const id = event.nodes[0] || nameAt(event.pointer.DOM);
      if (!id) { leave(); return; }
      network.selectNodes([id]);
      choose(id);
    });
    network.on("dragging", (event) => {
      for (const id of event.nodes) Object.assign(byId.get(id), network.getPosition(id));
    });
    window.ancrageKeys(holder, network, { nodes: plain, hidden: (id) => hidden.has(id), choose, leave, panel, calm });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => network.setOptions(dress(structuredClone(data.options))));
    tools();
    show(true);
    way(false);
    holder.dataset.pret = "oui";
  }

  /** Lists the marks that are named before all: the way, who is looked around, what is chosen. */
  function named() {
    const centre = field("around") ? find(field("around")) : null;
    return [...(lit || []), ...(centre ? [centre, ...(around.get(centre) || [])] : []), ...network.getSelectedNodes()];
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
      button(words.autourMot, () => { form.elements.around.value = node.name; changed(true); });
      button(words.depuisMot, () => { form.elements.from.value = node.name; changed(false); });
      button(words.versMot, () => { form.elements.to.value = node.name; changed(false); });
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
    for (const id of before) if (back.has(id)) updates.push({ id, borderWidth: 1, color: back.get(id).color });
    for (const id of ids || []) {
      if (!back.has(id)) continue;
      const node = back.get(id);
      updates.push({ id, borderWidth: 3, color: { background: node.color.background || node.color, border: token("--accent", "#a5461a") } });
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

  /** Lights the way that the server tells in the page. */
  function way(announce) {
    const ids = story.dataset.acteurs.split(" ").filter((id) => byId.has(id));
    light(ids.length ? ids : null);
    show(false);
    if (announce && lit) network.fit({ nodes: lit, animation: calm ? false : { duration: 200 }, maxZoomLevel: 1 });
    holder.dataset.trouve = ids.length ? "oui" : "non";
  }

  // --- The address, and what the server says of it: the table beside, values that are none, the way, the files -----------
  function address(known) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (String(value).trim()) query.append(name, String(value).trim());
    for (const name of ACTORS) {
      if (!query.get(name)) continue;
      if (find(query.get(name))) query.set(name, find(query.get(name)));
      else if (known) query.delete(name); // a file refuses an actor that is none
    }
    return query.toString();
  }

  let later = 0;
  function changed(fit) {
    const text = address(false);
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
    const query = address(true);
    for (const link of document.querySelectorAll("[data-fichier]")) link.href = link.dataset.fichier + (query ? `?${query}` : "");
    clearTimeout(later);
    later = setTimeout(ask, 300);
    show(fit);
  }

  async function ask() {
    const wish = location.search;
    try {
      const query = new URLSearchParams(wish);
      query.set("lang", english ? "en" : "fr");
      const response = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html" } });
      if (!response.ok || location.search !== wish) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const id of ["membres", "valeurs-inconnues", "recit-texte"]) {
        const fresh = page.getElementById(id);
        if (fresh) document.getElementById(id).replaceWith(document.adoptNode(fresh));
      }
      const before = story.dataset.acteurs;
      story.dataset.acteurs = page.getElementById("recit").dataset.acteurs;
      story.hidden = page.getElementById("recit").hidden;
      if (story.dataset.acteurs !== before) way(true);
      understood(page);
    } catch { /* what was shown stays */ }
  }

  /** Takes the actor that the server understood where the name typed is not one of the list (accents, short forms). */
  function understood(page) {
    let some = false;
    for (const name of ACTORS) {
      const node = byId.get(page.querySelector(`#filtres [name="${name}"]`).dataset.acteur);
      if (!node || !field(name) || find(field(name))) continue;
      form.elements[name].value = node.name;
      some = true;
    }
    if (some) changed(true);
  }

  /** Tells whether what is asked is not in what is drawn (an actor or a place of elsewhere): the server then draws it. */
  function beyond() {
    if (words.etendue !== "region") return false;
    const place = field("territory");
    return ACTORS.some((name) => field(name) && !find(field(name))) || Boolean(place && !plain.some((node) => node.t && node.t.includes(place)));
  }

  form.addEventListener("change", (event) => {
    if (!network) return;
    if (beyond()) { form.submit(); return; }
    changed(event.target.name !== "from" && event.target.name !== "to");
  });
  form.addEventListener("submit", (event) => {
    if (!network || beyond()) return;
    event.preventDefault();
    changed(true);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-autour]");
    if (!link || !network || !byId.has(link.dataset.autour)) return;
    event.preventDefault();
    form.elements.around.value = byId.get(link.dataset.autour).name || label(byId.get(link.dataset.autour));
    changed(true);
    holder.scrollIntoView({ block: "nearest" });
    holder.focus();
  });

  fetch(words.source, { headers: { Accept: "application/json" } })
    .then((response) => { if (!response.ok) throw new Error(String(response.status)); return response.json(); })
    .then(draw)
    .catch(() => { frame.classList.remove("dessine"); wait.textContent = words.panne; holder.replaceChildren(wait); holder.dataset.pret = "non"; });
})();
