/* The map: plotly draws the points with WebGL; names, rings and the lasso lie over it. No value of the table reaches plotly, which would
   read markup in it. */

const SVG = "http://www.w3.org/2000/svg";
/* Points of every colour are drawn in turns, so that none covers all others. */
const TURNS = 4;

class PointMap {
  constructor(data, box, over, labels) {
    Object.assign(this, { data, box, over, labels });
    this.size = 0;
    this.anchors = [];
    this.rings = { row: -1, near: [] };
    this.home = this.homeRange();
    this.leaders = document.createElementNS(SVG, "g"); // lines from names to what they name
    over.append(this.leaders);
  }

  homeRange() {
    const span = (values) => {
      let low = Infinity, high = -Infinity;
      for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
      if (!(high >= low)) return [-1, 1];
      const pad = 0.05 * (high - low) || 1;
      return [low - pad, high + pad];
    };
    const [x, y] = [span(this.data.x), span(this.data.y)];
    y[0] -= (y[1] - y[0]) * Math.min(0.2, 48 / Math.max(200, this.box.clientHeight)); // room for the tools
    return { x, y };
  }

  pointSize() {
    const usual = Math.max(1.6, Math.min(9, 6 * (3000 / Math.max(1, this.data.n)) ** 0.23));
    const room = Math.min(1.3, Math.max(0.6, Math.min(this.box.clientWidth, this.box.clientHeight) / 750));
    return usual * room * 1.25 ** this.size;
  }

  opacity() {
    return Math.max(0.35, Math.min(0.9, 0.9 * (4000 / Math.max(1, this.data.n)) ** 0.13));
  }

  /** Draws rows by their steps; those outside `chosen` (Uint8Array or null) are pale, hidden steps are left out. */
  async draw(colouring, hidden, chosen) {
    const { n, x, y } = this.data;
    const colors = colouring.colors, pale = colors.length;
    const traceOf = new Int32Array((pale + 1) * TURNS);
    const where = new Int32Array(n);
    const counts = new Int32Array((pale + 1) * TURNS);
    for (let i = 0; i < n; i++) {
      let s = colouring.step[i];
      if (hidden.has(s)) { where[i] = -1; continue; }
      if (chosen && !chosen[i]) s = pale;
      where[i] = s * TURNS + (i % TURNS);
      counts[where[i]]++;
    }
    const traces = [];
    const add = (s, turn) => {
      const at = s * TURNS + turn;
      if (!counts[at]) return;
      traceOf[at] = traces.length;
      traces.push({
        type: "scattergl", mode: "markers", hoverinfo: "none", x: new Float32Array(counts[at]), y: new Float32Array(counts[at]),
        marker: { size: this.pointSize(), opacity: this.opacity() * (s === pale ? 0.6 : 1), color: s === pale ? cssColor("--pale") : colors[s], line: { width: 0 } },
      });
    };
    for (let turn = 0; turn < TURNS; turn++) add(pale, turn);
    for (let turn = 0; turn < TURNS; turn++) for (let s = 0; s < pale; s++) add(s, turn);
    const filled = new Int32Array(traces.length);
    for (let i = 0; i < n; i++) {
      if (where[i] < 0) continue;
      const t = traceOf[where[i]], at = filled[t]++;
      traces[t].x[at] = x[i];
      traces[t].y[at] = y[i];
    }
    await Plotly.react(this.box, traces.length ? traces : [{ type: "scattergl", x: [], y: [] }], this.layout(), {
      displayModeBar: false, scrollZoom: true, responsive: true, doubleClick: "reset", showTips: false,
    });
    if (!this.isBound) this.bind();
    this.refresh();
  }

  layout() {
    const axis = { visible: false, showgrid: false, zeroline: false };
    return {
      margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: false, dragmode: "pan", uirevision: "same",
      paper_bgcolor: cssColor("--paper"), plot_bgcolor: cssColor("--paper"),
      xaxis: { ...axis, range: this.home.x }, yaxis: { ...axis, range: this.home.y, scaleanchor: "x" },
    };
  }

  bind() {
    this.isBound = true;
    for (const event of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) this.box.on(event, () => this.refresh());
  }

  get axes() {
    const { xaxis, yaxis } = this.box._fullLayout;
    return { xaxis, yaxis };
  }

  toPixel(px, py) {
    const { xaxis, yaxis } = this.axes;
    return [xaxis._offset + xaxis.l2p(px), yaxis._offset + yaxis.l2p(py)];
  }

  toData(left, top) {
    const { xaxis, yaxis } = this.axes;
    return [xaxis.p2l(left - xaxis._offset), yaxis.p2l(top - yaxis._offset)];
  }

  /** The shown row nearest to a place on the screen, within `reach` pixels; -1 for none. */
  rowAt(left, top, isShown, reach = 14) {
    const [px, py] = this.toData(left, top);
    const [qx] = this.toData(left + reach, top);
    let best = (qx - px) ** 2, found = -1;
    const { n, x, y } = this.data;
    for (let i = 0; i < n; i++) {
      const dx = x[i] - px, dy = y[i] - py, d = dx * dx + dy * dy;
      if (d < best && isShown(i)) { best = d; found = i; }
    }
    return found;
  }

  zoom(factor) {
    const change = {};
    for (const name of ["xaxis", "yaxis"]) {
      const [low, high] = this.box._fullLayout[name].range;
      const middle = (low + high) / 2, half = ((high - low) / 2) * factor;
      change[`${name}.range[0]`] = middle - half;
      change[`${name}.range[1]`] = middle + half;
    }
    return Plotly.relayout(this.box, change);
  }

  show(rows) {
    if (!rows) return Plotly.relayout(this.box, { "xaxis.range": this.home.x.slice(), "yaxis.range": this.home.y.slice() });
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const i of rows) {
      left = Math.min(left, this.data.x[i]); right = Math.max(right, this.data.x[i]);
      low = Math.min(low, this.data.y[i]); high = Math.max(high, this.data.y[i]);
    }
    const pad = 0.15 * Math.max(right - left, high - low) || 1;
    return Plotly.relayout(this.box, { "xaxis.range": [left - pad, right + pad], "yaxis.range": [low - pad, high + pad] });
  }

  /** Names and rings, where they are now. */
  refresh() {
    if (!this.box._fullLayout) return;
    this.drawRings();
    this.placeLabels();
  }

  drawRings() {
    this.over.replaceChildren(this.leaders, ...this.over.querySelectorAll(".draw"));
    const { row, near } = this.rings;
    if (row < 0) return;
    const [cx, cy] = this.toPixel(this.data.x[row], this.data.y[row]);
    for (const other of near) {
      const [ox, oy] = this.toPixel(this.data.x[other], this.data.y[other]);
      this.shape("line", "tie", { x1: cx, y1: cy, x2: ox, y2: oy });
      this.shape("circle", "near", { cx: ox, cy: oy, r: this.pointSize() / 2 + 2.5 });
    }
    this.shape("circle", "ring", { cx, cy, r: this.pointSize() / 2 + 5 });
  }

  shape(tag, className, attributes) {
    const shape = document.createElementNS(SVG, tag);
    shape.setAttribute("class", className);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    this.over.append(shape);
    return shape;
  }

  /** `anchors`: [{ text, x, y, spread }], the most important first; `spread`, half the width and height of what is named. */
  setLabels(anchors) {
    this.anchors = anchors.map((anchor) => {
      const element = make("span", "", foldable(anchor.text));
      element.dir = "auto";
      return { ...anchor, element };
    });
    this.labels.replaceChildren(...this.anchors.map((a) => a.element));
    for (const a of this.anchors) { a.width = a.element.offsetWidth; a.height = a.element.offsetHeight; }
    this.refresh();
  }

  /** Each name over its points, or beside them where it would hide them; one that has no room waits until the map is closer. */
  placeLabels() {
    const frame = { width: this.box.clientWidth, height: this.box.clientHeight };
    const tools = document.getElementById("tools");
    const taken = [boxOf(tools.offsetLeft, tools.offsetTop, tools.offsetWidth, tools.offsetHeight)];
    const crowd = this.anchors.length ? new Crowd(this, frame) : null;
    this.leaders.replaceChildren();
    for (const a of this.anchors) {
      const [px, py] = this.toPixel(a.x, a.y);
      const inside = px > 0 && py > 0 && px < frame.width && py < frame.height;
      const [qx, qy] = this.toPixel(a.x + a.spread[0], a.y + a.spread[1]);
      const spot = inside ? freeSpot(a, [px, py], [Math.abs(qx - px), Math.abs(qy - py)], frame, taken, crowd) : null;
      a.element.style.visibility = spot ? "visible" : "hidden";
      if (!spot) continue;
      taken.push(spot);
      a.element.style.transform = `translate(${Math.round(spot.left)}px, ${Math.round(spot.top)}px)`;
      if (spot.gap > spot.reach) {
        const line = this.shape("line", "leader", { x1: px, y1: py, x2: clamp(px, spot.left, spot.right), y2: clamp(py, spot.top, spot.bottom) });
        this.leaders.append(line);
      }
    }
  }

  /** Turns the lasso on; calls `done` with the polygon in the map's own coordinates. */
  lasso(done) {
    this.over.classList.add("lasso");
    let path = null, line = null;
    const at = (event) => {
      const box = this.over.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const write = () => line.setAttribute("points", path.map((p) => p.join(",")).join(" "));
    this.over.onpointerdown = (event) => {
      this.over.setPointerCapture(event.pointerId);
      path = [at(event)];
      line = this.shape("polygon", "draw", {});
    };
    this.over.onpointermove = (event) => {
      if (!path) return;
      const [left, top] = at(event), [a, b] = path[path.length - 1];
      if (Math.hypot(left - a, top - b) > 3) { path.push([left, top]); write(); }
    };
    this.over.onpointerup = () => {
      if (!path) return;
      const polygon = path.map(([left, top]) => this.toData(left, top));
      line.remove();
      path = null;
      if (polygon.length > 2) done(polygon);
    };
  }

  endLasso() {
    this.over.classList.remove("lasso");
    this.over.onpointerdown = this.over.onpointermove = this.over.onpointerup = null;
    this.over.querySelector(".draw")?.remove();
  }
}

function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
