/* Which colour every row gets, and the legend that says so and filters. */

const palette = manifest.palette;

/** { form, step, colors, labels, counts, note }: step[i] is an entry of colors; the last colour is for gaps. */
function colourColumn(column) {
  if (column.role === "segment") return colourSegments(column);
  if (column.form === "cycle") return colourCycle(column);
  if (column.isOrdered) return colourByRank(column);
  if (column.form === "grades" && column.size <= palette.sequential.length) return colourGrades(column);
  if (column.form === "grades") return colourByRank(column);
  return colourLevels(column);
}

/** The step of every row, given that of every level. */
function finish(column, ofLevel, colors, labels, form, note, levels) {
  const gap = colors.length;
  const ofCode = Uint16Array.from([gap, ...ofLevel]);
  const step = new Uint16Array(column.codes.length);
  for (let i = 0; i < step.length; i++) step[i] = ofCode[column.codes[i]];
  const counts = new Uint32Array(gap + 1);
  column.counts.forEach((count, code) => { counts[ofCode[code]] += count; });
  return { form, step, colors: [...colors, palette.gap], labels: [...labels, "no value"], counts, note, levels };
}

function colourLevels(column) {
  const order = Array.from({ length: column.size }, (_, c) => c).sort((a, b) => column.counts[b + 1] - column.counts[a + 1] || a - b);
  const own = order.slice(0, order.length > palette.levels.length ? palette.levels.length - 1 : order.length);
  const ofLevel = new Array(column.size).fill(own.length);
  own.forEach((level, s) => { ofLevel[level] = s; });
  const colors = palette.levels.slice(0, own.length), labels = own.map((level) => column.levelText(level));
  const rest = column.size - own.length;
  if (rest) { colors.push(palette.rest); labels.push(`${integer.format(rest)} others`); }
  return finish(column, ofLevel, colors, labels, "levels", "");
}

/** Segments keep their order; colours come round again where there are many, as each has its name on the map. */
function colourSegments(column) {
  const ofLevel = Array.from({ length: column.size }, (_, c) => c);
  return finish(column, ofLevel, column.colors, ofLevel.map((c) => column.levelText(c)), "levels", "");
}

function colourGrades(column) {
  const steps = palette.sequential, last = Math.max(1, column.size - 1);
  const ofLevel = Array.from({ length: column.size }, (_, c) => c);
  const colors = ofLevel.map((c) => steps[Math.round((c / last) * (steps.length - 1))]);
  return finish(column, ofLevel, colors, ofLevel.map((c) => column.levelText(c)), "levels", "in order");
}

function colourByRank(column) {
  const steps = palette.sequential.length;
  const total = Math.max(1, column.codes.length - column.counts[0]);
  let below = 0;
  const ofLevel = new Array(column.size);
  for (let c = 0; c < column.size; c++) {
    ofLevel[c] = Math.min(steps - 1, Math.floor(((below + 0.5 * column.counts[c + 1]) / total) * steps));
    below += column.counts[c + 1];
  }
  const ends = [0, 0.25, 0.5, 0.75, 1].map((share) => levelAt(column, share, total));
  return finish(column, ofLevel, palette.sequential, ends, "scale", "colours by rank: equally many rows each");
}

/** Text of the level at a share of the rows. */
function levelAt(column, share, total) {
  let reached = 0;
  for (let c = 0; c < column.size; c++) {
    reached += column.counts[c + 1];
    if (reached >= share * total && reached > 0) return column.briefText(c);
  }
  return "";
}

function colourCycle(column) {
  const steps = palette.cyclic.length;
  const ofLevel = Array.from(column.levels, (v) => Math.min(steps - 1, Math.floor(((((v / column.period) % 1) + 1) % 1) * steps)));
  const ends = [0, 0.25, 0.5, 0.75, 1].map((share) => numberText(share * column.period));
  return finish(column, ofLevel, palette.cyclic, ends, "cycle", `a circle of ${numberText(column.period)}`);
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Fills the legend; `hidden` is a set of steps, `changed` is called after it has changed. */
function showLegend(box, colouring, hidden, changed) {
  box.replaceChildren();
  if (colouring.form === "levels") {
    colouring.labels.forEach((label, s) => { if (colouring.counts[s]) box.append(legendLine(colouring, s, label, hidden, changed)); });
    if (colouring.note) box.append(make("p", "note", colouring.note));
    return;
  }
  const bar = make("div", "bar");
  bar.style.background = `linear-gradient(to right, ${colouring.colors.slice(0, -1).join(",")})`;
  const ticks = make("div", "ticks");
  colouring.labels.slice(0, -1).forEach((label) => ticks.append(make("span", "", label)));
  box.append(bar, twoThumbs(colouring, hidden, changed), ticks);
  const gap = colouring.colors.length - 1;
  if (colouring.counts[gap]) box.append(legendLine(colouring, gap, "no value", hidden, changed));
  box.append(make("p", "note", colouring.note));
}

function legendLine(colouring, s, label, hidden, changed) {
  const line = make("button", "level");
  line.type = "button";
  const dot = make("span", "dot");
  dot.style.background = colouring.colors[s];
  const what = make("span", "what", label);
  line.title = `${label}\nClick to hide or show; with Shift, this one alone`;
  line.append(dot, what, make("span", "many", integer.format(colouring.counts[s])));
  line.setAttribute("aria-pressed", String(!hidden.has(s)));
  line.addEventListener("click", (event) => {
    const all = colouring.colors.map((_, i) => i);
    if (event.shiftKey) {
      const alone = !hidden.has(s) && hidden.size === all.length - 1;
      hidden.clear();
      if (!alone) all.filter((i) => i !== s).forEach((i) => hidden.add(i));
    } else if (hidden.has(s)) hidden.delete(s);
    else hidden.add(s);
    for (const [at, other] of [...line.parentElement.querySelectorAll(".level")].entries()) other.setAttribute("aria-pressed", String(!hidden.has(Number(other.dataset.step ?? at))));
    changed();
  });
  line.dataset.step = s;
  return line;
}

/** Two thumbs on one track: the range of steps that is shown. */
function twoThumbs(colouring, hidden, changed) {
  const steps = colouring.colors.length - 1;
  const box = make("div", "two");
  const thumbs = [0, steps].map((value, which) => {
    const thumb = make("input");
    Object.assign(thumb, { type: "range", min: 0, max: steps, step: 1, value });
    thumb.setAttribute("aria-label", which ? "Hide what is above" : "Hide what is below");
    box.append(thumb);
    return thumb;
  });
  const settle = () => {
    const [low, high] = thumbs.map((t) => Number(t.value)).sort((a, b) => a - b);
    for (let s = 0; s < steps; s++) if (s >= low && s < high) hidden.delete(s); else hidden.add(s);
    changed();
  };
  thumbs.forEach((thumb) => thumb.addEventListener("change", settle));
  return box;
}
