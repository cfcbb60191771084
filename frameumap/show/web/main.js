/* The page: one object holds what is shown, and every change goes through its methods. */

class Page {
  constructor(data) {
    this.data = data;
    this.layers = data.columns.filter((c) => c.role === "segment");
    this.layer = Math.max(0, this.layers.findIndex((c) => c.isMain));
    this.selection = null;
    this.row = -1;
    this.tab = "segments";
    this.hidden = new Set();
    this.remembered = new Map();
    this.$ = (id) => document.getElementById(id);
    this.map = new PointMap(data, this.$("map"), this.$("over"), this.$("labels"));
    this.shows = (i) => !this.hidden.has(this.colouring.step[i]);
  }

  async start() {
    this.$("subtitle").textContent = manifest.subtitle;
    this.fillColours();
    this.colorBy(manifest.color);
    this.bindTools();
    this.bindMap();
    this.bindSearch();
    this.bindTabs();
    this.bindKeys();
    this.showPanel();
    await this.draw();
    this.showLabels();
    this.$("loading").hidden = true;
    document.documentElement.dataset.ready = "yes";
  }

  effects(rows) {
    return effectsOf(this.data, rows);
  }

  csvCell(text, isNumber) {
    return csvCell(text, isNumber);
  }

  say(text) {
    this.$("said").textContent = text;
  }

  /* Colours */

  fillColours() {
    const groups = new Map();
    this.data.columns.forEach((column, at) => {
      const where = column.role === "segment" ? "Segments" : column.role === "quality" ? "How far to trust it" : column.group ? "Columns of the map" : "Other columns";
      if (!groups.has(where)) groups.set(where, []);
      groups.get(where).push([at, column.name]);
    });
    for (const where of ["Segments", "Columns of the map", "Other columns", "How far to trust it"]) {
      if (!groups.has(where)) continue;
      const group = make("optgroup");
      group.label = where;
      for (const [at, name] of groups.get(where)) {
        const option = make("option", "", name.length > 60 ? `${name.slice(0, 60)}…` : name);
        option.value = at;
        group.append(option);
      }
      this.$("color").append(group);
    }
    this.$("color").addEventListener("change", () => {
      this.colorBy(Number(this.$("color").value));
      this.draw();
    });
  }

  colorBy(at) {
    const column = this.data.columns[at];
    if (column.role === "segment") this.segmentsInOrder(column);
    this.$("color").value = at;
    this.colouring = colourColumn(column);
    this.hidden.clear();
    this.colorColumn = column;
    showLegend(this.$("legend"), this.colouring, this.hidden, () => this.draw());
    this.say(`Coloured by ${column.name}`);
  }

  segmentColours(column) {
    return column.colors;
  }

  async draw() {
    await this.map.draw(this.colouring, this.hidden, this.selection ? this.selection.mask : null);
  }

  /* Segments */

  setLayer(layer) {
    const wasColour = this.colorColumn.role === "segment";
    this.layer = layer;
    this.segmentsInOrder(this.layers[layer]); // names it, if need be
    if (wasColour) this.colorBy(this.data.columns.indexOf(this.layers[layer]));
    this.showLabels();
    this.showPanel();
    if (wasColour) this.draw();
    this.say(`${this.layers[layer].size} segments`);
  }

  /** Names and words of a layer that came without them, from what sets each segment apart. */
  nameSegments(column) {
    const used = new Set();
    column.cards = column.levels.map((_, level) => {
      const effects = effectsOf(this.data, this.rowsWith(column, (l) => l === level), 5);
      const heads = effects.map((effect) => effect.words.replace(/: [^:]*$/, ""));
      let name = heads[0] || `segment ${level}`;
      for (let at = 1; used.has(name) && at < heads.length; at++) name = `${heads[0]}, ${heads[at]}`;
      if (used.has(name)) name = `${name} (${level})`;
      used.add(name);
      column.levels[level] = name;
      return { words: effects.slice(0, 3).map((effect) => effect.words), rule: "" };
    });
  }

  segmentsInOrder(column) {
    if (!column.cards) this.nameSegments(column);
    const cards = column.cards;
    return Array.from({ length: column.size }, (_, level) => ({
      level, name: column.levelText(level), count: column.counts[level + 1],
      words: cards[level]?.words || [], rule: cards[level]?.rule || "",
    })).sort((a, b) => b.count - a.count || a.level - b.level);
  }

  showLabels() {
    const column = this.layers[this.layer];
    const shown = column && this.$("named").checked;
    this.map.setLabels(shown ? this.segmentsInOrder(column).map((s) => ({ text: s.name, x: column.anchors[s.level][0], y: column.anchors[s.level][1], spread: this.spreads(column)[s.level] })) : []);
  }

  /** Half the width and height of every segment: one and a half times the mean distance from its anchor. */
  spreads(column) {
    if (!column.spreads) {
      const { n, x, y } = this.data;
      column.spreads = column.anchors.map(() => [0, 0]);
      for (let i = 0; i < n; i++) {
        const level = column.codes[i] - 1;
        if (level < 0) continue;
        const part = 1.5 / column.counts[level + 1];
        column.spreads[level][0] += part * Math.abs(x[i] - column.anchors[level][0]);
        column.spreads[level][1] += part * Math.abs(y[i] - column.anchors[level][1]);
      }
    }
    return column.spreads;
  }

  rowsWith(column, test) {
    const rows = [];
    const fits = Uint8Array.from({ length: column.size + 1 }, (_, code) => (code > 0 && test(code - 1) ? 1 : 0));
    for (let i = 0; i < this.data.n; i++) if (fits[column.codes[i]]) rows.push(i);
    return rows;
  }

  selectSegment(level) {
    const column = this.layers[this.layer];
    const rows = this.rowsWith(column, (l) => l === level);
    this.select({ title: column.levelText(level), rows, segment: level, layer: this.layer });
  }

  /* Selection */

  /** `chosen`: { title, rows } or null; rows outside are drawn pale. */
  select(chosen, tab = "selection") {
    this.selection = chosen;
    if (chosen) {
      chosen.mask = new Uint8Array(this.data.n);
      for (const i of chosen.rows) chosen.mask[i] = 1;
      this.say(`${chosen.title}: ${integer.format(chosen.rows.length)} rows selected`);
    } else this.say("Selection cleared");
    this.draw();
    this.openTab(tab);
  }

  download() {
    const file = new Blob(["\ufeff", csvOf(this.data, this.selection.rows)], { type: "text/csv" });
    const link = make("a");
    link.href = URL.createObjectURL(file);
    link.download = "selection.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  startLasso() {
    this.setMode("lasso");
    this.map.lasso((polygon) => {
      const rows = rowsWithin(this.data, polygon, this.shows);
      this.select({ title: "Rows within the lasso", rows });
      this.setMode("pan");
    });
  }

  setMode(mode) {
    this.$("lasso").setAttribute("aria-pressed", String(mode === "lasso"));
    this.$("pan").setAttribute("aria-pressed", String(mode === "pan"));
    if (mode === "pan") this.map.endLasso();
  }

  /* One row */

  nearest(row) {
    if (!this.remembered.has(row)) {
      if (this.remembered.size > 50) this.remembered.clear();
      this.remembered.set(row, nearestRows(this.data, row));
    }
    return this.remembered.get(row);
  }

  openRow(row, stay = false) {
    this.row = row;
    this.map.rings = { row, near: this.nearest(row).map((near) => near.row) };
    this.map.drawRings();
    if (!stay || this.tab === "row") this.openTab("row");
    this.say(`Row ${rowLabel(this.data, row)}: ${this.briefly(row)}`);
  }

  /** A row in a few words: the column of the colour first. */
  briefly(row, most = 5) {
    const columns = [this.colorColumn, ...this.data.columns.filter((c) => c !== this.colorColumn && c.role !== "segment")];
    const words = columns.filter((c) => c.codes[row]).slice(0, most).map((c) => `${c.name}: ${c.text(row).slice(0, 60)}`);
    return words.join(" · ") || "no value at all";
  }

  /* Panel */

  openTab(name) {
    this.tab = name;
    for (const tab of document.querySelectorAll("[role=tab]")) {
      const chosen = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.$("panel").setAttribute("aria-labelledby", `tab-${name}`);
    this.showPanel();
  }

  showPanel() {
    const panel = this.$("panel");
    panel.replaceChildren();
    panel.scrollTop = 0;
    ({ segments: segmentPanel, selection: selectionPanel, row: rowPanel, about: aboutPanel })[this.tab](panel, this);
  }

  bindTabs() {
    const tabs = [...document.querySelectorAll("[role=tab]")];
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", () => this.openTab(tab.id.slice(4)));
      tab.addEventListener("keydown", (event) => {
        const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!move) return;
        const next = tabs[(at + move + tabs.length) % tabs.length];
        next.focus();
        this.openTab(next.id.slice(4));
      });
    });
    this.openTab(this.layers.length ? "segments" : "about");
  }

  /* Map and tools */

  bindTools() {
    this.$("lasso").addEventListener("click", () => this.startLasso());
    this.$("pan").addEventListener("click", () => this.setMode("pan"));
    this.$("closer").addEventListener("click", () => this.map.zoom(1 / 1.5));
    this.$("further").addEventListener("click", () => this.map.zoom(1.5));
    this.$("whole").addEventListener("click", () => this.map.show(null));
    this.$("named").addEventListener("change", () => this.showLabels());
    this.$("size").addEventListener("change", () => {
      this.map.size = Number(this.$("size").value);
      this.draw();
    });
    this.$("theme").addEventListener("click", () => {
      const root = document.documentElement;
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      this.draw();
    });
  }

  bindMap() {
    const box = this.$("stage");
    let waiting = false, last = null, down = null;
    const place = (event) => {
      const frame = box.getBoundingClientRect();
      return [event.clientX - frame.left, event.clientY - frame.top];
    };
    const isMap = (event) => this.$("map").contains(event.target);
    box.addEventListener("pointermove", (event) => {
      last = isMap(event) && !event.buttons ? place(event) : null;
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.hover(last);
      });
    });
    box.addEventListener("pointerleave", () => { last = null; this.hover(null); });
    box.addEventListener("pointerdown", (event) => { down = isMap(event) ? place(event) : null; }, true);
    document.addEventListener("pointerup", (event) => {
      if (!down || event.button) return;
      const [left, top] = place(event);
      if (Math.hypot(left - down[0], top - down[1]) < 4) {
        const row = this.map.rowAt(left, top, this.shows);
        if (row >= 0) this.openRow(row);
      }
      down = null;
    }, true);
  }

  hover(place) {
    const card = this.$("hover");
    const row = place ? this.map.rowAt(place[0], place[1], this.shows) : -1;
    card.hidden = row < 0;
    if (row < 0) return;
    const title = make("h3", "", `Row ${rowLabel(this.data, row)}`);
    title.dir = "auto";
    const rest = this.data.columns.filter((c) => c !== this.colorColumn && c.role !== "segment").slice(0, 7);
    card.replaceChildren(title, valueTable([this.colorColumn, ...rest], row));
    for (const cell of card.querySelectorAll("td, th")) if (cell.textContent.length > 80) cell.textContent = `${cell.textContent.slice(0, 80)}…`;
    const [px, py] = this.map.toPixel(this.data.x[row], this.data.y[row]);
    const stage = this.$("stage");
    const left = px + 16 + card.offsetWidth > stage.clientWidth ? px - 16 - card.offsetWidth : px + 16;
    const top = Math.min(Math.max(8, py - card.offsetHeight / 2), stage.clientHeight - card.offsetHeight - 8);
    card.style.left = `${Math.max(4, left)}px`;
    card.style.top = `${Math.max(4, top)}px`;
  }

  /* Search */

  bindSearch() {
    const input = this.$("search"), list = this.$("found");
    let hits = [], at = -1;
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); at = -1; };
    const take = (hit) => { if (hit) { close(); hit.take(); } };
    const mark = () => {
      [...list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === at)));
      list.children[at]?.scrollIntoView({ block: "nearest" });
    };
    input.addEventListener("input", () => {
      hits = this.searchHits(input.value.trim());
      at = hits.length ? 0 : -1;
      list.replaceChildren(...hits.map((hit) => {
        const line = make("li");
        line.setAttribute("role", "option");
        const [where, what] = [make("span", "where what", hit.where), make("span", "what", hit.what)];
        where.dir = what.dir = "auto";
        put(line, where, what, make("span", "many", hit.many));
        line.addEventListener("pointerdown", (event) => { event.preventDefault(); take(hit); });
        return line;
      }));
      if (!hits.length && input.value.trim()) list.append(make("li", "none", "No row has this value"));
      list.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") take(hits[Math.max(0, at)]);
      else if (event.key === "Escape") { close(); input.blur(); }
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % Math.max(1, hits.length);
        mark();
      }
    });
    input.addEventListener("blur", close);
  }

  /** What a text may mean: a row, a level of a column, a number. */
  searchHits(text) {
    if (!text) return [];
    const hits = [], needle = text.toLowerCase();
    const row = this.rowNamed(text);
    if (row >= 0) hits.push({ where: "row", what: rowLabel(this.data, row), many: "", take: () => this.openRow(row) });
    for (const column of this.data.columns) {
      const matches = [];
      for (let level = 0; level < column.size && matches.length < 5000; level++) {
        if (column.isOrdered ? this.isNumber(column, level, text) : column.levelText(level).toLowerCase().includes(needle)) matches.push(level);
      }
      if (!matches.length) continue;
      const set = new Set(matches);
      const count = matches.reduce((sum, level) => sum + column.counts[level + 1], 0);
      const what = matches.length === 1 ? column.levelText(matches[0]).slice(0, 90) : `${text} in ${integer.format(matches.length)} values`;
      hits.push({
        where: column.name.slice(0, 60), what, many: integer.format(count),
        take: () => this.select({ title: `${column.name}: ${what}`, rows: this.rowsWith(column, (level) => set.has(level)) }),
      });
      if (hits.length >= 40) break;
    }
    return hits;
  }

  isNumber(column, level, text) {
    if (column.form === "date") return column.levelText(level).startsWith(text) && text.length >= 4;
    const wanted = Number(text.replaceAll(",", ""));
    return Number.isFinite(wanted) && column.levels[level] === wanted;
  }

  rowNamed(text) {
    const name = text.startsWith("#") ? text.slice(1) : text;
    if (this.data.labels) return this.data.labels.indexOf(name);
    if (!text.startsWith("#")) return -1;
    const row = Number(name);
    return name !== "" && Number.isInteger(row) && row >= 0 && row < this.data.n ? row : -1;
  }

  /* Keys */

  bindKeys() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
      if (event.key === "Escape" && !typing) {
        this.setMode("pan");
        if (this.selection) this.select(null, this.tab);
        this.map.rings = { row: -1, near: [] };
        this.map.drawRings();
        return;
      }
      if (typing) return;
      const walk = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (walk && event.target === this.$("map")) {
        event.preventDefault();
        this.walk(...walk);
      } else if (event.key === "Enter" && event.target === this.$("map") && this.row >= 0) this.openRow(this.row);
      else if (event.key === "/") { event.preventDefault(); this.$("search").focus(); }
      else if (event.key === "l" || event.key === "L") this.startLasso();
      else if (event.key === "+" || event.key === "=") this.map.zoom(1 / 1.5);
      else if (event.key === "-") this.map.zoom(1.5);
      else if (event.key === "0") this.map.show(null);
    });
  }

  /** To the nearest shown row in a direction, within 45 degrees of it. */
  walk(dx, dy) {
    const { n, x, y } = this.data;
    const here = this.row >= 0 ? [x[this.row], y[this.row]] : [(this.map.home.x[0] + this.map.home.x[1]) / 2, (this.map.home.y[0] + this.map.home.y[1]) / 2];
    let best = Infinity, found = -1;
    for (let i = 0; i < n; i++) {
      if (i === this.row) continue;
      const ax = x[i] - here[0], ay = y[i] - here[1];
      const along = ax * dx + ay * dy, across = Math.abs(ax * dy) + Math.abs(ay * dx);
      const d = ax * ax + ay * ay;
      if ((this.row < 0 || (along > 0 && across <= along)) && d > 0 && d < best && this.shows(i)) { best = d; found = i; }
    }
    if (found >= 0) this.openRow(found);
    else this.say("No row further in this direction");
  }
}

async function open() {
  const root = document.documentElement;
  if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  const loading = document.getElementById("loading");
  try {
    if (!("DecompressionStream" in window)) throw new Error("This page needs a browser from 2023 or later.");
    await new Promise((then) => setTimeout(then, 20));
    window.page = new Page(await readAll());
    await window.page.start();
  } catch (error) {
    loading.hidden = false;
    loading.textContent = `The map could not be drawn: ${error.message} A report written with model.report needs neither JavaScript nor WebGL.`;
    throw error;
  }
}

open();
