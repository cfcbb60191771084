/* Where names go on the map: none over another, each over its points or beside them, where few others are. */

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
/* Side of a cell of the grid that points are counted in, in pixels, and how many points are counted. */
const CELL = 6, COUNTED = 4000;

/** A name with the places where it may be broken: long words after _, / and ., and of two short parts, as in "family · near 41.1° N, 8.6° W", only between them. */
function foldable(text) {
  const parts = text.split(" · ");
  if (parts.length === 2 && parts.every((part) => part.length <= 24)) return parts.map((part) => part.replaceAll(" ", "\u00a0")).join("\u00a0· ");
  return text.replace(/[_/.](?=\w{3})/g, "$&\u200b");
}

function boxOf(left, top, width, height) {
  return { left, top, right: left + width, bottom: top + height };
}

/** Share of the cells under a box that hold a point: a table of sums over the grid. */
class Crowd {
  constructor(map, frame) {
    this.columns = Math.ceil(frame.width / CELL) + 1;
    this.rows = Math.ceil(frame.height / CELL) + 1;
    const { columns, rows } = this, { n, x, y } = map.data;
    const sums = new Uint32Array((columns + 1) * (rows + 1));
    for (let i = 0, step = Math.ceil(n / COUNTED); i < n; i += step) {
      const [left, top] = map.toPixel(x[i], y[i]);
      const [c, r] = [Math.floor(left / CELL), Math.floor(top / CELL)];
      if (c >= 0 && r >= 0 && c < columns && r < rows) sums[(r + 1) * (columns + 1) + c + 1] = 1;
    }
    for (let r = 1; r <= rows; r++) {
      for (let c = 1; c <= columns; c++) {
        const at = r * (columns + 1) + c;
        sums[at] += sums[at - 1] + sums[at - columns - 1] - sums[at - columns - 2];
      }
    }
    this.sums = sums;
  }

  share(box) {
    const [a, b] = [box.left, box.right].map((v) => clamp(Math.round(v / CELL), 0, this.columns));
    const [c, d] = [box.top, box.bottom].map((v) => clamp(Math.round(v / CELL), 0, this.rows));
    const at = (row, column) => this.sums[row * (this.columns + 1) + column];
    return (at(d, b) - at(c, b) - at(d, a) + at(c, a)) / Math.max(1, (b - a) * (d - c));
  }
}

/** Places to try for a name, as [dx, dy, cost] of its middle, cheap ones first; rx and ry are half the size of what is named. */
function candidates({ width: w, height: h }, rx, ry) {
  const [sx, sy] = [rx + w / 2 + 4, ry + h / 2 + 2];
  const hides = 2 * rx < 0.9 * w || 2 * ry < 1.6 * h ? 1.2 : 0;
  const over = [[0, 0, hides], [0, -h, 0.3 + hides], [0, h, 0.3 + hides], [0.6 * w, 0, 0.35], [-0.6 * w, 0, 0.35]];
  const beside = [[sx, 0, 0.4], [-sx, 0, 0.4], [0, -sy, 0.4], [0, sy, 0.4], [0.6 * w, -sy, 0.5], [-0.6 * w, -sy, 0.5], [0.6 * w, sy, 0.5], [-0.6 * w, sy, 0.5]];
  const away = [2.2, 3.6].flatMap((far) => [-90, 90, -30, -150, 30, 150].map((turn) => {
    const angle = (turn * Math.PI) / 180;
    return [Math.cos(angle) * (far * h + w / 2), Math.sin(angle) * far * h, 0.5 * far];
  }));
  return [...over, ...beside, ...away].sort((a, b) => a[2] - b[2]);
}

/** The best free place for a name at [px, py] in the frame; null for none. */
function freeSpot(a, [px, py], [rx, ry], frame, taken, crowd) {
  const { width: w, height: h } = a;
  const [wide, tall] = [Math.min(rx, 0.12 * frame.width), Math.min(ry, 0.12 * frame.height)];
  const reach = Math.max(wide, tall) + 8;
  let best = null;
  for (const [dx, dy, price] of candidates(a, wide, tall)) {
    if (best && price >= best.cost) break;
    const left = clamp(px - w / 2 + dx, 4, frame.width - w - 4), top = clamp(py - h / 2 + dy, 4, frame.height - h - 4);
    const box = boxOf(left, top, w, h);
    const gap = Math.hypot(px - clamp(px, box.left, box.right), py - clamp(py, box.top, box.bottom));
    const moved = Math.hypot(left - (px - w / 2 + dx), top - (py - h / 2 + dy));
    if (moved > h || gap > reach + 40) continue;
    if (taken.some((t) => box.left < t.right + 3 && t.left < box.right + 3 && box.top < t.bottom + 2 && t.top < box.bottom + 2)) continue;
    const cost = price + 1.4 * crowd.share(box);
    if (!best || cost < best.cost) best = { ...box, gap, reach, cost };
  }
  return best;
}
