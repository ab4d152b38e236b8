"use strict";
// Draws the network of the page from its JSON block. Positions come from the server; everything shown is text, never HTML.
(() => {
  const holder = document.getElementById("graphe");
  const source = document.getElementById("donnees-graphe");
  if (!holder || !source || typeof vis === "undefined") return;
  const data = JSON.parse(source.textContent);
  const style = () => getComputedStyle(document.documentElement);
  const ink = () => style().getPropertyValue("--encre").trim() || "#222";
  const line = () => style().getPropertyValue("--trait-fort").trim() || "#888";
  const surface = () => style().getPropertyValue("--surface").trim() || "#fff";

  const options = structuredClone(data.options);
  let colours = {};
  const dress = () => {
    colours = { ink: ink(), surface: surface() };
    options.interaction = { ...options.interaction, keyboard: false }; // graph_keys.js has it
    options.edges = { ...options.edges, color: { ...options.edges.color, color: line(), highlight: ink(), hover: ink() } };
  };
  dress();
  const plain = data.nodes;
  const degrees = new Map();
  for (const edge of data.edges) if (edge.k) for (const id of [edge.from, edge.to]) degrees.set(id, (degrees.get(id) || 0) + 1);
  for (const node of plain) node.degree = degrees.get(node.id) || 0;
  const away = new Set();
  const hidden = (id) => away.has(id);
  const nodes = new vis.DataSet(plain.map((node) => ({ ...node, label: undefined }))); // graph_names.js writes names
  const edges = new vis.DataSet(data.edges);
  const network = new vis.Network(holder, { nodes, edges }, options);
  const nameAt = window.ancrageNames(network, { nodes: plain, hidden, first: () => network.getSelectedNodes(), paint: () => colours });
  const fit = (animation) => network.fit({ animation, maxZoomLevel: 1.2 });
  fit(false);
  holder.dataset.noeuds = String(nodes.length);
  holder.dataset.pret = "oui";
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { dress(); network.setOptions(options); });

  const tools = document.querySelector(".graphe-outils");
  if (tools) {
    tools.hidden = false;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: calm ? false : { duration: 150 } });
    tools.addEventListener("click", (event) => {
      const wish = event.target.dataset && event.target.dataset.graphe;
      if (wish === "plus") zoom(1.4);
      else if (wish === "moins") zoom(1 / 1.4);
      else if (wish === "tout") fit(!calm);
    });
  }

  for (const box of document.querySelectorAll(".bascule")) {
    box.hidden = false;
    box.addEventListener("change", () => {
      const changed = plain.filter((node) => node.kind === box.value);
      for (const node of changed) if (box.checked) away.delete(node.id); else away.add(node.id);
      nodes.update(changed.map((node) => ({ id: node.id, hidden: !box.checked })));
    });
  }

  const panel = document.getElementById("graphe-choix");
  function choose(id) {
    const node = nodes.get(id);
    panel.replaceChildren();
    const [first, ...others] = String(node.title).split("\n");
    const title = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = first;
    title.append(strong);
    panel.append(title);
    for (const text of others) {
      const paragraph = document.createElement("p");
      paragraph.className = "note";
      paragraph.textContent = text;
      panel.append(paragraph);
    }
    const near = network.getConnectedNodes(node.id).map((id) => nodes.get(id)).filter(Boolean);
    if (near.length) {
      const list = document.createElement("ul");
      list.className = "puces";
      for (const one of near.slice(0, 30)) {
        const item = document.createElement("li");
        const body = document.createElement(one.page ? "a" : "span");
        if (one.page) body.href = one.page;
        body.textContent = String(one.title).split("\n")[0];
        item.append(body);
        list.append(item);
      }
      panel.append(list);
    }
    if (node.page) {
      const paragraph = document.createElement("p");
      const link = document.createElement("a");
      link.href = node.page;
      link.textContent = holder.dataset.pageMot;
      paragraph.append(link);
      panel.append(paragraph);
    }
    panel.hidden = false;
  }
  const leave = () => { panel.hidden = true; };
  network.on("click", (event) => {
    const id = event.nodes[0] || nameAt(event.pointer.DOM);
    if (!id) { leave(); return; }
    network.selectNodes([id]);
    choose(id);
  });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.ancrageKeys(holder, network, { nodes: plain, hidden, choose, leave, panel, calm });
})();
