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
    bindTools(this);
    bindMap(this);
    bindSearch(this);
    this.bindTabs();
    bindKeys(this);
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
    if (column.role === "segment") segmentsInOrder(this, column);
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
    segmentsInOrder(this, this.layers[layer]); // names it, if need be
    if (wasColour) this.colorBy(this.data.columns.indexOf(this.layers[layer]));
    this.showLabels();
    this.showPanel();
    if (wasColour) this.draw();
    this.say(`${this.layers[layer].size} segments`);
  }

  showLabels() {
    const column = this.layers[this.layer];
    const shown = column && this.$("named").checked;
    this.map.setLabels(shown ? segmentsInOrder(this, column).map((s) => ({ text: s.name, x: column.anchors[s.level][0], y: column.anchors[s.level][1], spread: spreads(this, column)[s.level] })) : []);
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
}
