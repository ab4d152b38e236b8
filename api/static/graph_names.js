"use strict";
// Names over the drawing of a network, at the size of the screen whatever the zoom: those that matter first, none over another.
window.ancrageNames = (network, { nodes, hidden, first, beside, paint }) => {
  const FEW = 40; // up to so many actors in view, each is named where there is room; above, the best tied alone
  const [BEST, TRIED] = [40, 240];
  const NARROW = 560; // as in chain.js
  const ACTIVITIES = 0.35; // codes of activities come with this zoom
  const [SMALL, LARGE] = ["12px system-ui, sans-serif", "600 12px system-ui, sans-serif"];
  const [LINE, EDGE] = [15, 4];
  const widths = new Map();
  let placed = [];

  const cut = (text, size) => text.length <= size ? text : `${text.slice(0, size - 1).trimEnd()}…`;
  const name = (node) => node.kind === "stage" || node.kind === "caption" || node.kind === "activity" ? node.label : String(node.title).split("\n")[0];
  const free = (box, others) => others.every((one) => box.x + box.w <= one.x || one.x + one.w <= box.x || box.y + box.h <= one.y || one.y + one.h <= box.y);

  function measured(context, text, font) {
    const key = font + text;
    if (!widths.has(key)) {
      context.font = font;
      widths.set(key, context.measureText(text).width);
    }
    return widths.get(key);
  }

  /** Lays a text in lines, of so many letters at most where words allow. */
  function lines(text, size) {
    const made = [];
    for (const word of text.split(" ")) {
      const last = made.length - 1;
      if (last >= 0 && made[last].length + word.length < size) made[last] += ` ${word}`;
      else made.push(word);
    }
    return made;
  }

  /** Tells whether names beside their marks go left: those of the left half of a wide drawing. */
  const leftwards = (at, width) => width >= NARROW && at.x < width / 2 - 20;

  /** Cuts a name to the room that it has beside its mark. */
  function within(context, text, font, at, width) {
    const room = (leftwards(at, width) ? at.x : width - at.x) - at.r - 8;
    let size = text.length;
    while (size > 4 && measured(context, cut(text, size), font) > room) size -= 1;
    return [cut(text, size)];
  }

  /** Lists where a text of this size may stand about a mark. */
  function spots(node, at, w, h, width, height) {
    if (node.kind === "caption") return [{ x: at.x - w / 2, y: at.y - h / 2 }];
    if (node.kind === "stage") {
      const x = Math.max(EDGE, Math.min(at.x - w / 2, width - w - EDGE));
      const beside = { x: Math.max(EDGE, at.x - w - at.r - 6), y: Math.min(at.y - h / 2, height - h - EDGE) };
      const over = [0, 1, -1, 2, -2, 3, -3].map((rank) => ({ x, y: at.y - h / 2 + rank * (h + 2) }));
      return width < NARROW ? [beside, ...over] : [...over, beside];
    }
    const far = at.r + 3;
    if (beside && beside()) return [leftwards(at, width) ? { x: at.x - far - w, y: at.y - h / 2 } : { x: at.x + far, y: at.y - h / 2 }];
    const over = [{ x: at.x - w / 2, y: at.y + far }, { x: at.x - w / 2, y: at.y - far - h }];
    const sides = [{ x: at.x + far, y: at.y - h / 2 }, { x: at.x - far - w, y: at.y - h / 2 }];
    return [...over, ...sides];
  }

  function write(context, box, colours) {
    const stage = box.node.kind === "stage";
    context.font = box.font;
    if (stage) {
      context.fillStyle = box.node.color.background || box.node.color;
      context.beginPath();
      context.roundRect(box.x, box.y, box.w, box.h, 4);
      context.fill();
    }
    context.fillStyle = stage ? "#ffffff" : colours.ink;
    context.strokeStyle = colours.surface;
    box.text.forEach((line, rank) => {
      const [x, y] = [box.x + box.w / 2, box.y + LINE * (rank + .5) + (stage ? 3 : 0)];
      if (!stage) context.strokeText(line, x, y);
      context.fillText(line, x, y);
    });
  }

  network.on("afterDrawing", (context) => {
    const canvas = context.canvas;
    const [width, height, scale, centre] = [canvas.clientWidth, canvas.clientHeight, network.getScale(), network.getViewPosition()];
    const ahead = new Set(first());
    const seen = [];
    for (const node of nodes) {
      if (hidden(node.id)) continue;
      const at = { x: (node.x - centre.x) * scale + width / 2, y: (node.y - centre.y) * scale + height / 2, r: (node.size || 10) * scale };
      if (at.x > -60 && at.y > -20 && at.x < width + 60 && at.y < height + 20) seen.push([node, at]);
    }
    const rank = (node) => ahead.has(node.id) ? 0 : { stage: 1, caption: 2, activity: 4 }[node.kind] || 3;
    const actors = seen.filter(([node]) => rank(node) === 3);
    const few = actors.length <= FEW;
    const wanted = seen.filter(([node]) => rank(node) < 4 || scale >= ACTIVITIES);
    wanted.sort((one, other) => rank(one[0]) - rank(other[0]) || (other[0].degree || 0) - (one[0].degree || 0));
    const marks = seen.filter(([node]) => node.kind !== "caption" && node.kind !== "stage")
      .map(([node, at]) => ({ id: node.id, x: at.x - at.r * .7, y: at.y - at.r * .7, w: at.r * 1.4, h: at.r * 1.4 }));
    placed = [];
    let [named, tried] = [0, 0];
    for (const [node, at] of wanted) {
      const [stage, caption, actor] = [node.kind === "stage", node.kind === "caption", rank(node) === 3];
      if (actor && !few && (named >= BEST || (tried += 1) > TRIED)) continue;
      const font = stage || caption || ahead.has(node.id) ? LARGE : SMALL;
      const text = stage || caption ? lines(node.label, width < NARROW ? 10 : 16)
        : beside && beside() ? within(context, name(node), font, at, width)
          : lines(cut(name(node), few || ahead.has(node.id) ? 56 : 32), 32);
      const w = Math.max(...text.map((line) => measured(context, line, font))) + (stage ? 12 : 4);
      const h = text.length * LINE + (stage ? 6 : 0);
      const own = { w, h };
      const fits = (one) => (stage ? one.y >= 0 && one.y + h <= height : one.x >= 0 && one.x + w <= width) && free({ ...one, ...own }, placed);
      const bare = (one) => free({ ...one, ...own }, marks.filter((mark) => mark.id !== node.id));
      const around = spots(node, at, w, h, width, height).filter(fits);
      // A name hides no mark, unless it is one of those that must be read.
      const spot = stage && width >= NARROW ? around[0] : around.find(bare) || (actor ? null : around[0]);
      if (!spot) continue;
      placed.push({ ...spot, ...own, node, text, font });
      if (actor) named += 1;
    }
    const ratio = canvas.width / width;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 3, lineJoin: "round" });
    const colours = paint();
    for (const box of placed) write(context, box, colours);
    context.restore();
    canvas.dataset.noms = String(placed.length);
    canvas.dataset.etapes = String(placed.filter((box) => box.node.kind === "stage").length);
  });

  /** Gives the node whose name stands at a point of the canvas, in pixels. */
  return ({ x, y }) => {
    const found = placed.find((one) => x >= one.x && x <= one.x + one.w && y >= one.y && y <= one.y + one.h);
    return found && found.node.kind !== "caption" ? found.node.id : null;
  };
};
