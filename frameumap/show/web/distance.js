/* D of one row against all others, by the rules of the manifest.

   D = sum_g w_g v_g,  v_g = (sum_c q_c^p)^(1/p) f^-gamma / s_g  over the columns c that both rows have, and 1 where there are none.
   The other row enters through its level alone, so q_c is computed once a level and then looked up. */

function editDistance(a, b) {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const line = [i];
    for (let j = 1; j <= b.length; j++) {
      line[j] = Math.min(before[j] + 1, line[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    before = line;
  }
  return before[b.length];
}

/** 2 L / (|a| + |b| + L), the normalised Levenshtein distance of Yujian and Bo. */
function letterDistance(a, b) {
  const edits = editDistance(a, b);
  return edits === 0 ? 0 : (2 * edits) / (a.length + b.length + edits);
}

function memberDistance(a, b) {
  const both = a.filter((member) => b.includes(member)).length;
  const all = a.length + b.length - both;
  return all === 0 ? 0 : 1 - both / all;
}

/** q of every code of the rule's column against the code of `row`, or of the code `only`; index 0 is the gap. */
function lookup(rule, columns, row, only = -1) {
  const column = columns[rule.columns[0]];
  const own = column.codes[row];
  const q = new Float64Array(column.size + 1);
  if (!own && !rule.gap) return null;
  const first = only < 0 ? 1 : Math.max(1, only), last = only < 0 ? column.size : only;
  if (rule.form === "table") {
    const side = column.size + 1;
    for (let code = 0; code < side; code++) q[code] = rule.factor * rule.table[own * side + code];
  } else if (rule.form === "differ") {
    for (let code = 0; code <= column.size; code++) q[code] = code === own ? 0 : rule.factor;
  } else if (rule.form === "line" || rule.form === "circle") {
    const here = rule.values[own - 1];
    for (let code = first; code <= last; code++) {
      let d = Math.abs(rule.values[code - 1] - here);
      if (rule.form === "circle") d = Math.min(d % 1, 1 - (d % 1));
      q[code] = rule.factor * d;
    }
  } else if (rule.form === "letters") {
    const here = Array.from(column.levels[own - 1]);
    for (let code = first; code <= last; code++) q[code] = rule.factor * letterDistance(here, Array.from(column.levels[code - 1]));
  } else {
    const here = column.levels[own - 1];
    for (let code = first; code <= last; code++) q[code] = rule.factor * memberDistance(here, column.levels[code - 1]);
  }
  return q;
}

function unitVectors(column, other) {
  const lat = Float64Array.from(column.levels, (d) => (d * Math.PI) / 180);
  const lon = Float64Array.from(other.levels, (d) => (d * Math.PI) / 180);
  return { cosLat: lat.map(Math.cos), sinLat: lat.map(Math.sin), cosLon: lon.map(Math.cos), sinLon: lon.map(Math.sin) };
}

/** q of `row` against every row on the sphere (or the rows of `others`); -1 where one lacks a coordinate. */
function sphereFrom(rule, columns, row, others = null) {
  const [lat, lon] = rule.columns.map((c) => columns[c]);
  rule.vectors ||= unitVectors(lat, lon);
  const { cosLat, sinLat, cosLon, sinLon } = rule.vectors;
  const n = others ? others.length : lat.codes.length, q = new Float64Array(n).fill(-1);
  const a = lat.codes[row] - 1, b = lon.codes[row] - 1;
  if (a < 0 || b < 0) return q;
  const x = cosLat[a] * cosLon[b], y = cosLat[a] * sinLon[b], z = sinLat[a];
  const isRoot = rule.form === "sphere_root";
  for (let at = 0; at < n; at++) {
    const i = others ? others[at] : at;
    const c = lat.codes[i] - 1, d = lon.codes[i] - 1;
    if (c < 0 || d < 0) continue;
    const dx = x - cosLat[c] * cosLon[d], dy = y - cosLat[c] * sinLon[d], dz = z - sinLat[c];
    const angle = 2 * Math.asin(Math.min(1, Math.sqrt(dx * dx + dy * dy + dz * dz) / 2));
    q[at] = rule.factor * (isRoot ? Math.sqrt(angle) : angle);
  }
  return q;
}

/** q of every rule of a group for `row` and one other, -1 where one of the two has a gap. */
function pairDistances(group, columns, row, other) {
  return group.rules.map((rule) => {
    if (rule.form.startsWith("sphere")) return sphereFrom(rule, columns, row, [other])[0];
    const code = columns[rule.columns[0]].codes[other];
    if (!code && !rule.gap) return -1;
    const q = lookup(rule, columns, row, code);
    return q ? q[code] : -1;
  });
}

/** Adds q^power of one rule to `sum` for every row, and its share to `lost` where a row has a gap. */
function addRule(rule, columns, row, power, sum, lost) {
  const n = sum.length;
  if (rule.form.startsWith("sphere")) {
    const q = sphereFrom(rule, columns, row);
    for (let i = 0; i < n; i++) {
      if (q[i] < 0) lost[i] += rule.share;
      else sum[i] += power === 1 ? q[i] : q[i] ** power;
    }
    return;
  }
  const q = lookup(rule, columns, row);
  const codes = columns[rule.columns[0]].codes;
  if (!q) {
    for (let i = 0; i < n; i++) lost[i] += rule.share;
    return;
  }
  const added = power === 1 ? q : q.map((value) => value ** power);
  for (let i = 0; i < n; i++) {
    const code = codes[i];
    if (code === 0 && !rule.gap) lost[i] += rule.share;
    else sum[i] += added[code];
  }
}

/** Adds w_g v_g of `row` against all rows to `total`. */
function addGroup(group, columns, row, total) {
  const { power, weight, scale, gapPower } = group;
  const n = total.length, sum = new Float64Array(n), lost = new Float64Array(n);
  for (const rule of group.rules) addRule(rule, columns, row, power, sum, lost);
  const whole = group.rules.reduce((a, rule) => a + rule.share, 0);
  for (let i = 0; i < n; i++) {
    const v = (power === 1 ? sum[i] : sum[i] ** (1 / power)) / scale;
    if (lost[i] === 0) total[i] += weight * v;
    else if (lost[i] >= whole * (1 - 1e-9)) total[i] += weight;
    else total[i] += weight * v * (1 - lost[i] / whole) ** -gapPower;
  }
}

/** Parts of D of two rows: [{ name, part, of }], of = columns; they add up to D. */
function partsOf(data, row, other) {
  const parts = [];
  for (const group of data.distance.groups) {
    if (!group.rules.length) continue;
    const whole = group.rules.reduce((a, rule) => a + rule.share, 0);
    const q = pairDistances(group, data.columns, row, other);
    const sum = q.reduce((a, v) => a + (v < 0 ? 0 : v ** group.power), 0);
    const share = group.rules.reduce((a, rule, c) => a + (q[c] < 0 ? 0 : rule.share), 0);
    const v = share <= 0 ? 1 : (sum ** (1 / group.power) / group.scale) * (share / whole) ** -group.gapPower;
    group.rules.forEach((rule, c) => {
      /* Within a group v splits as its sum does; an absent column counts as the average of the others. */
      const own = whole > 0 ? rule.share / whole : 1 / q.length;
      const inside = sum > 0 ? q[c] ** group.power / sum : rule.share / (share || 1);
      const part = share <= 0 || q[c] < 0 ? v * own : v * (share / (whole || 1)) * inside;
      parts.push({ name: rule.columns.map((at) => data.columns[at].name).join(", "), part: group.weight * part, of: rule.columns });
    });
  }
  return parts.sort((a, b) => b.part - a.part);
}

/** The k rows with the least totals, ascending, ties by position. */
function smallest(total, row, k) {
  const rows = [], values = [];
  for (let i = 0; i < total.length; i++) {
    if (i === row || (rows.length === k && total[i] >= values[k - 1])) continue;
    let at = Math.min(rows.length, k - 1);
    if (rows.length < k) { rows.push(i); values.push(0); at = rows.length - 1; }
    while (at > 0 && values[at - 1] > total[i]) { rows[at] = rows[at - 1]; values[at] = values[at - 1]; at--; }
    rows[at] = i;
    values[at] = total[i];
  }
  return rows.map((i, at) => ({ row: i, distance: values[at] }));
}

/** The nearest rows of a row: from the lists that were computed with the page where there are some, else by the rules. */
function nearestRows(data, row, k = 15) {
  if (data.lists) return listedRows(data.lists, row);
  if (!data.distance) return [];
  const total = new Float64Array(data.n);
  for (const group of data.distance.groups) if (group.rules.length) addGroup(group, data.columns, row, total);
  return smallest(total, row, k).map((near) => ({ ...near, parts: partsOf(data, row, near.row) }));
}

function listedRows(lists, row) {
  const found = [];
  const width = lists.names.length;
  for (let at = row * lists.k; at < (row + 1) * lists.k; at++) {
    if (lists.indices[at] < 0) break;
    const parts = lists.names.map((name, c) => ({ name: name.text, of: name.columns, part: lists.parts[at * width + c] }));
    found.push({ row: lists.indices[at], distance: lists.distances[at], parts: parts.sort((a, b) => b.part - a.part) });
  }
  return found;
}
