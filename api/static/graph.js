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
  const dress = () => {
    options.nodes = { ...options.nodes, font: { ...options.nodes.font, color: ink(), strokeWidth: 3, strokeColor: surface(), face: "system-ui, sans-serif" } };
    options.edges = { ...options.edges, color: { ...options.edges.color, color: line(), highlight: ink(), hover: ink() } };
  };
  dress();
  const plain = data.nodes.map((node) => {
    const font = node.shape === "box" ? { ...node.font, strokeWidth: 0 } : node.font;
    return { ...node, font };
  });
  const nodes = new vis.DataSet(plain);
  const edges = new vis.DataSet(data.edges);
  const network = new vis.Network(holder, { nodes, edges }, options);
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
      nodes.update(plain.filter((node) => node.kind === box.value).map((node) => ({ id: node.id, hidden: !box.checked })));
    });
  }

  const panel = document.getElementById("graphe-choix");
  network.on("selectNode", (event) => {
    const node = nodes.get(event.nodes[0]);
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
      link.textContent = "Ouvrir la page";
      paragraph.append(link);
      panel.append(paragraph);
    }
    panel.hidden = false;
  });
  network.on("deselectNode", () => { panel.hidden = true; });
})();
