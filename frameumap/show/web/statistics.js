/* What sets some rows apart from the others, one statistic a kind: for levels and members the difference of shares, for ordered columns
   the rank shift (how often a random row inside beats one outside, less the reverse), for gaps the difference of their shares. */

/** Counts inside the mask by code; index 0 counts gaps. */
function countInside(column, rows) {
  const inside = new Float64Array(column.size + 1);
  for (const i of rows) inside[column.codes[i]]++;
  return inside;
}

function rankShift(inside, outside, n, m) {
  let below = 0, sum = 0;
  for (let c = 1; c < inside.length; c++) {
    sum += inside[c] * (below + 0.5 * outside[c]);
    below += outside[c];
  }
  return (2 * sum) / (n * m) - 1;
}

function medianLevel(counts, total) {
  let reached = 0;
  for (let c = 1; c < counts.length; c++) {
    reached += counts[c];
    if (reached >= total / 2) return c - 1;
  }
  return counts.length - 2;
}

/** Effects of a set of rows, strongest first. */
function effectsOf(data, rows, most = 8) {
  const inside = rows.length, outside = data.n - inside;
  if (!inside || !outside) return [];
  const effects = [];
  for (const column of data.columns) {
    if (column.role) continue; // segments and trust are no columns of the table
    const own = countInside(column, rows);
    const rest = Float64Array.from(column.counts, (count, c) => count - own[c]);
    effects.push(...columnEffects(column, own, rest, inside, outside));
  }
  const tried = Math.max(1, data.columns.length);
  /* Beyond chance at one in a thousand, shared among the columns. */
  const limit = Math.sqrt((2 * Math.log(2000 * tried)) * (0.25 / inside + 0.25 / outside));
  return effects.filter((e) => Math.abs(e.effect) > limit).sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, most);
}

function columnEffects(column, own, rest, inside, outside) {
  const found = [];
  const gaps = own[0] / inside - rest[0] / outside;
  if (column.counts[0]) found.push(shareEffect(`${column.name} is missing`, column, gaps, own[0] / inside, rest[0] / outside));
  const n = inside - own[0], m = outside - rest[0];
  if (!n || !m) return found;
  if (column.isOrdered && column.form !== "cycle") {
    const effect = rankShift(own, rest, n, m);
    const [here, there] = [medianLevel(own, n), medianLevel(rest, m)].map((level) => column.briefText(level));
    const word = column.form === "date" ? (effect > 0 ? "later" : "earlier") : effect > 0 ? "higher" : "lower";
    found.push({ column: column.name, effect, words: `${column.name} ${word}: median ${here} against ${there}` });
  } else if (column.form === "grades") {
    const effect = rankShift(own, rest, n, m);
    const [here, there] = [column.levelText(medianLevel(own, n)), column.levelText(medianLevel(rest, m))];
    found.push({ column: column.name, effect, words: `${column.name} ${effect > 0 ? "higher" : "lower"}: median ${here} against ${there}` });
  } else if (column.form === "items") found.push(...memberEffects(column, own, rest, n, m));
  else {
    let best = null;
    for (let c = 1; c < own.length; c++) {
      const [a, b] = [own[c] / n, rest[c] / m];
      if (!best || Math.abs(a - b) > Math.abs(best.effect)) best = { effect: a - b, c, a, b };
    }
    if (best) found.push(shareEffect(`${column.name} = ${column.levelText(best.c - 1)}`, column, best.effect, best.a, best.b));
  }
  return found;
}

function shareEffect(what, column, effect, a, b) {
  return { column: column.name, effect, words: `${what}: ${percent(a)} against ${percent(b)}` };
}

function memberEffects(column, own, rest, n, m) {
  const counts = new Map();
  for (let c = 1; c < own.length; c++) {
    if (!own[c] && !rest[c]) continue;
    for (const member of column.levels[c - 1]) {
      const both = counts.get(member) || [0, 0];
      both[0] += own[c];
      both[1] += rest[c];
      counts.set(member, both);
    }
  }
  return [...counts]
    .map(([member, [a, b]]) => shareEffect(`${column.name} has ${member}`, column, a / n - b / m, a / n, b / m))
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, 2);
}

/** Rows within a closed polygon, by the even-odd rule. */
function rowsWithin(data, polygon, isShown) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [px, py] of polygon) {
    left = Math.min(left, px); right = Math.max(right, px);
    low = Math.min(low, py); high = Math.max(high, py);
  }
  const rows = [];
  for (let i = 0; i < data.n; i++) {
    const px = data.x[i], py = data.y[i];
    if (px < left || px > right || py < low || py > high || !isShown(i)) continue;
    let within = false;
    for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
      const [ax, ay] = polygon[a], [bx, by] = polygon[b];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) within = !within;
    }
    if (within) rows.push(i);
  }
  return rows;
}

/** A cell of a CSV file; text that a spreadsheet would run as a formula gets a quote before it. */
function csvCell(text, isNumber) {
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}

function csvOf(data, rows) {
  const head = ["row", ...data.columns.map((c) => c.name), "x", "y"].map((name) => csvCell(name, false));
  const lines = [head.join(",")];
  for (const i of rows) {
    const cells = data.columns.map((column) => {
      const code = column.codes[i];
      if (!code) return "";
      const isNumber = column.form === "number" || column.form === "cycle";
      return csvCell(isNumber ? String(column.levels[code - 1]) : column.levelText(code - 1), isNumber);
    });
    lines.push([csvCell(rowLabel(data, i), !data.labels), ...cells, data.x[i], data.y[i]].join(","));
  }
  return lines.join("\r\n") + "\r\n";
}

function rowLabel(data, row) {
  return data.labels ? data.labels[row] : String(row);
}
