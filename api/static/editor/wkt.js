// Well-known text (WGS 84, longitude first) as polygons, lines and points.
const SHAPE = /^\s*(?:<[^>]*>\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:ZM?|M)?\s*\(/i;
const MOST_POINTS = 200_000;

/** Whether a text looks like a shape. */
export const isWkt = (text) => SHAPE.test(text);

/** Read a shape: `{ kind: "point" | "line" | "area", rings: [[[x, y], …], …] }`; null when it is none. */
export function readWkt(text) {
  const found = SHAPE.exec(text);
  if (!found) return null;
  const kind = { POINT: "point", LINESTRING: "line", POLYGON: "area" }[found[2].toUpperCase()];
  const rings = [];
  let count = 0;
  for (const [, inside] of text.slice(found[0].length - 1).matchAll(/([^()]+)/g)) {
    const points = [];
    for (const pair of inside.split(",")) {
      const [x, y] = pair.trim().split(/\s+/).map(Number);
      if (pair.trim() && Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) <= 180 && Math.abs(y) <= 90) points.push([x, y]);
      if (++count > MOST_POINTS) return null;
    }
    if (points.length) rings.push(points);
  }
  return rings.length ? { kind, rings } : null;
}
