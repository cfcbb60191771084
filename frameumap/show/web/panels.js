/* The panel at the side: segments, the selection, one row, and what this page is. Values are set as text, never as markup. */

function put(parent, ...children) {
  parent.append(...children.filter(Boolean));
  return parent;
}

function button(text, act, title) {
  const made = make("button", "", text);
  made.type = "button";
  if (title) made.title = title;
  made.addEventListener("click", act);
  return made;
}

function effectLine(effect) {
  const line = make("div", "effect");
  const words = make("div", "words", effect.words);
  words.dir = "auto";
  const meter = make("div", "meter"), fill = make("i");
  const size = Math.min(1, Math.abs(effect.effect));
  fill.style.left = "0";
  fill.style.width = `${100 * size}%`;
  meter.append(fill);
  meter.title = `effect ${effect.effect.toFixed(2)}`;
  return put(line, words, meter);
}

function segmentPanel(panel, app) {
  const layers = app.layers;
  if (!layers.length) return panel.append(make("p", "empty", "This page was written without segments."));
  if (layers.length > 1) {
    const label = make("label", "note", `How fine: ${layers[app.layer].size} segments`);
    const slide = make("input", "slide");
    Object.assign(slide, { type: "range", min: 0, max: layers.length - 1, step: 1, value: app.layer });
    slide.setAttribute("aria-label", "How fine the segments are");
    slide.addEventListener("change", () => app.setLayer(Number(slide.value)));
    label.append(slide);
    panel.append(label);
  }
  const column = layers[app.layer];
  const colours = app.segmentColours(column);
  for (const segment of segmentsInOrder(app, column)) {
    const card = make("button", "card");
    card.type = "button";
    const dot = make("span", "dot");
    dot.style.background = colours[segment.level];
    const name = make("span", "what", segment.name);
    name.dir = "auto";
    put(card, put(make("span", "top"), dot, name, make("span", "many", `${integer.format(segment.count)} · ${percent(segment.count / app.data.n)}`)));
    for (const words of segment.words.slice(0, 3)) card.append(make("small", "", words));
    if (segment.rule) card.append(make("small", "", `Rule: ${segment.rule}`));
    card.setAttribute("aria-pressed", String(app.selection?.segment === segment.level && app.selection?.layer === app.layer));
    card.addEventListener("click", () => app.selectSegment(segment.level));
    panel.append(card);
  }
  const noise = column.counts[0];
  if (noise) panel.append(make("p", "note", `${integer.format(noise)} rows are in no segment.`));
}

function selectionPanel(panel, app) {
  const chosen = app.selection;
  if (!chosen) {
    const empty = make("p", "empty", "Draw around rows with the lasso, click a segment, or search for a value. What sets them apart is told here.");
    return panel.append(empty);
  }
  const title = make("h2", "", chosen.title);
  title.dir = "auto";
  panel.append(title, make("p", "note", `${integer.format(chosen.rows.length)} of ${integer.format(app.data.n)} rows, ${percent(chosen.rows.length / app.data.n)}`));
  panel.append(put(make("div", "buttons"),
    button("Download as CSV", () => app.download()), button("Zoom to it", () => app.map.show(chosen.rows)), button("Clear", () => app.select(null))));
  if (!chosen.rows.length) return panel.append(make("p", "empty", "No row is in it."));
  panel.append(make("h3", "", "What sets these rows apart"));
  const effects = effectsOf(app.data, chosen.rows);
  if (!effects.length) panel.append(make("p", "note", chosen.rows.length === app.data.n ? "These are all rows." : "Nothing beyond chance: in these columns they are like the others."));
  effects.forEach((effect) => panel.append(effectLine(effect)));
  if (effects.length) panel.append(make("p", "note", "Inside against outside. The bar is the difference of shares, or how much more often a row inside has the higher value."));
  panel.append(make("h3", "", "Rows of it"));
  for (const row of chosen.rows.slice(0, 12)) panel.append(rowButton(app, row));
  if (chosen.rows.length > 12) panel.append(make("p", "note", `and ${integer.format(chosen.rows.length - 12)} more, in the CSV`));
}

function rowButton(app, row) {
  const card = make("button", "card");
  card.type = "button";
  const words = app.briefly(row);
  const title = make("span", "what", `Row ${rowLabel(app.data, row)}`);
  title.dir = "auto";
  put(card, put(make("span", "top"), title), make("small", "", words));
  card.addEventListener("click", () => app.openRow(row));
  return card;
}

function valueTable(columns, row) {
  const table = make("table"), body = make("tbody");
  for (const column of columns) {
    const cell = make("td", "", column.text(row) || "no value");
    if (!column.codes[row]) cell.className = "none";
    cell.dir = "auto";
    const head = make("th", "", column.name);
    head.scope = "row";
    head.dir = "auto";
    body.append(put(make("tr"), head, cell));
  }
  return put(table, body);
}

function rowPanel(panel, app) {
  const row = app.row;
  if (row < 0) return panel.append(make("p", "empty", "Click a point to see its row, and the rows nearest to it with the reasons. With the keyboard: go to the map and press an arrow key."));
  const title = make("h2", "", `Row ${rowLabel(app.data, row)}`);
  title.dir = "auto";
  panel.append(title, valueTable(app.data.columns.filter((c) => c.role !== "segment" || c === app.layers[app.layer]), row));
  panel.append(make("h3", "", "Nearest rows, and what parts them"));
  const found = app.nearest(row);
  if (!found.length) return panel.append(make("p", "note", manifest.noNeighbours));
  if (manifest.uncompared.length) panel.append(make("p", "note", `Not compared in this page: ${manifest.uncompared.join(", ")}.`));
  const usual = manifest.typical;
  for (const near of found) panel.append(pairDetails(app, row, near, usual));
  panel.append(make("p", "note", usual ? "The figure is the distance, 100% being two rows taken at random; the bar shows which columns it comes from." : "The bar shows which columns the distance comes from."));
}

function pairDetails(app, row, near, usual) {
  const pair = make("details", "pair");
  const figure = usual ? percent(near.distance / usual) : near.distance.toPrecision(3);
  const name = make("span", "what", `Row ${rowLabel(app.data, near.row)}`);
  name.dir = "auto";
  pair.dataset.row = near.row;
  const summary = make("summary");
  put(pair, summary);
  const total = near.parts.reduce((sum, p) => sum + Math.max(0, p.part), 0);
  const bar = make("div", "parts");
  const top = near.parts.filter((p) => p.part > 0.005 * total).slice(0, 3);
  top.forEach((part, at) => {
    const piece = make("i");
    piece.style.width = `${(100 * part.part) / total}%`;
    piece.style.background = palette.levels[[3, 0, 1][at]];
    piece.title = `${part.name}: ${percent(part.part / total)}`;
    bar.append(piece);
  });
  const why = total > 0 ? `Apart in ${top.map((p) => `${p.name} ${percent(p.part / total)}`).join(", ")}` : "Alike in every column that is compared";
  const reason = make("div", "why", why);
  reason.dir = "auto";
  put(summary, put(make("div", "top"), name, make("span", "many", figure)), bar, reason);
  pair.addEventListener("toggle", () => {
    if (pair.querySelector(".in") || !pair.open) return;
    const inner = make("div", "in"), table = make("table"), body = make("tbody");
    for (const part of near.parts) {
      const columns = part.of.map((c) => app.data.columns[c]);
      const [a, b] = [row, near.row].map((r) => columns.map((c) => c.text(r) || "no value").join(", "));
      const head = make("th", "", part.name);
      head.scope = "row";
      const cell = make("td", "", a === b ? a : `${a} → ${b}`);
      cell.dir = "auto";
      body.append(put(make("tr"), head, cell, make("td", "many", total > 0 ? percent(part.part / total) : "0%")));
    }
    pair.append(put(inner, put(table, body), put(make("div", "buttons"), button("Go to this row", () => app.openRow(near.row)))));
  });
  return pair;
}

function aboutPanel(panel) {
  panel.append(make("h2", "", "What this is"));
  for (const line of manifest.about) panel.append(make("p", "", line));
  panel.append(make("h3", "", "Keys"));
  const table = make("table"), body = make("tbody");
  for (const [key, what] of [["/", "search"], ["← ↑ → ↓", "walk from row to row"], ["L", "lasso"], ["+ − 0", "closer, further, all"], ["Esc", "clear"]]) {
    body.append(put(make("tr"), put(make("th"), make("kbd", "", key)), make("td", "", what)));
  }
  panel.append(put(table, body));
  for (const { title, lines } of manifest.details) {
    panel.append(make("h3", "", title));
    const rows = make("tbody");
    for (const [name, value] of lines) {
      const [head, cell] = [make("th", "", name), make("td", "", value)];
      head.dir = cell.dir = "auto";
      rows.append(put(make("tr"), head, cell));
    }
    panel.append(put(make("table"), rows));
  }
}
