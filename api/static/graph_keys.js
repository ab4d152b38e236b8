"use strict";
// The keyboard of a drawn network, when it has the focus: arrows go from mark to mark, with Shift they move the view, + and − zoom.
window.ancrageKeys = (holder, network, { nodes, hidden, choose, leave, panel, calm }) => {
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const STEP = 80;
  holder.querySelector(".vis-network").tabIndex = -1; // one stop, that of the holder, which has the name
  holder.tabIndex = 0;
  holder.setAttribute("role", "application");
  const animation = calm ? false : { duration: 120 };

  /** Finds the nearest mark on a side of a point: what is aside counts twice. */
  function beside(from, id, [dx, dy]) {
    let [best, least] = [null, Infinity];
    for (const node of nodes) {
      if (node.id === id || node.kind === "caption" || hidden(node.id)) continue;
      const [x, y] = [node.x - from.x, node.y - from.y];
      const [along, aside] = [x * dx + y * dy, Math.abs(x * dy) + Math.abs(y * dx)];
      const cost = along + 2 * aside;
      if (along > 0.5 && aside <= 2 * along && cost < least) [best, least] = [node, cost];
    }
    return best;
  }

  function go(way) {
    const [id] = network.getSelectedNodes();
    const from = id === undefined ? network.getViewPosition() : nodes.find((node) => node.id === id);
    const node = beside(from, id, way) || (id === undefined ? beside(from, id, way.map((one) => -one)) : null);
    if (!node) return;
    network.selectNodes([node.id]);
    choose(node.id);
    const at = network.canvasToDOM(node);
    const inside = at.x > 30 && at.y > 30 && at.x < holder.clientWidth - 30 && at.y < holder.clientHeight - 30;
    if (!inside) network.moveTo({ position: { x: node.x, y: node.y }, animation });
  }

  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    const zoom = { "+": 1.4, "=": 1.4, "-": 1 / 1.4, "−": 1 / 1.4 }[event.key];
    if (way && event.shiftKey) {
      const [at, far] = [network.getViewPosition(), STEP / network.getScale()];
      network.moveTo({ position: { x: at.x + way[0] * far, y: at.y + way[1] * far }, animation });
    } else if (way) go(way);
    else if (zoom) network.moveTo({ scale: network.getScale() * zoom, animation });
    else if (event.key === "Escape") { network.unselectAll(); leave(); }
    else if (event.key === "Enter" && !panel.hidden) {
      const target = panel.querySelector("a, button");
      if (target) target.focus();
    } else return;
    event.preventDefault();
  });
};
