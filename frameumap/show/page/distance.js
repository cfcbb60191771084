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

/** q of every code of the rule's column against the code of `row`; index 0 is the gap. */
function lookup(rule, columns, row) {
  const column = columns[rule.columns[0]];
  const own = column.codes[row];
  const q = new Float64Array(column.size + 1);
  if (!own && !rule.gap) return null;
  if (rule.form === "table") {
    const side = column.size + 1;
    for (let code = 0; code < side; code++) q[code] = rule.factor * rule.table[own * side + code];
  } else if (rule.form === "differ") {
    for (let code = 0; code <= column.size; code++) q[code] = code === own ? 0 : rule.factor;
  } else if (rule.form === "line" || rule.form === "circle") {
    const here = rule.values[own - 1];
    for (let code = 1; code <= column.size; code++) {
      let d = Math.abs(rule.values[code - 1] - here);
      if (rule.form === "circle") d = Math.min(d % 1, 1 - (d % 1));
      q[code] = rule.factor * d;
    }
  } else if (rule.form === "letters") {
    const here = Array.from(column.levels[own - 1]);
    for (let code = 1; code <= column.size; code++) q[code] = rule.factor * letterDistance(here, Array.from(column.levels[code - 1]));
  } else {
    const here = column.levels[own - 1];
    for (let code = 1; code <= column.size; code++) q[code] = rule.factor * memberDistance(here, column.levels[code - 1]);
  }
  return q;
}

function unitVectors(column, other) {
  const lat = Float64Array.from(column.levels, (d) => (d * Math.PI) / 180);
  const lon = Float64Array.from(other.levels, (d) => (d * Math.PI) / 180);
  return { cosLat: lat.map(Math.cos), sinLat: lat.map(Math.sin), cosLon: lon.map(Math.cos), sinLon: lon.map(Math.sin) };
}

/** q of `row` against one other row on the sphere; -1 where one lacks a coordinate. */
function sphere(rule, columns) {
  const [lat, lon] = rule.columns.map((c) => columns[c]);
  rule.vectors ||= unitVectors(lat, lon);
  const v = rule.vectors;
  const at = (i) => {
    const a = lat.codes[i] - 1, b = lon.codes[i] - 1;
    return a < 0 || b < 0 ? null : [v.cosLat[a] * v.cosLon[b], v.cosLat[a] * v.sinLon[b], v.sinLat[a]];
  };
  return (row) => {
    const here = at(row);
    return (i) => {
      const there = here && at(i);
      if (!there) return -1;
      const chord = Math.hypot(here[0] - there[0], here[1] - there[1], here[2] - there[2]);
      const angle = 2 * Math.asin(Math.min(1, chord / 2));
      return rule.factor * (rule.form === "sphere_root" ? Math.sqrt(angle) : angle);
    };
  };
}

/** Functions of another row: q of every rule of a group, -1 where one of the two rows has a gap. */
function measures(group, columns, row) {
  return group.rules.map((rule) => {
    if (rule.form.startsWith("sphere")) return sphere(rule, columns)(row);
    const q = lookup(rule, columns, row);
    const codes = columns[rule.columns[0]].codes;
    if (!q) return () => -1;
    return rule.gap ? (i) => q[codes[i]] : (i) => (codes[i] ? q[codes[i]] : -1);
  });
}

/** Adds w_g v_g of `row` against all rows to `total`. */
function addGroup(group, columns, row, total) {
  const measured = measures(group, columns, row);
  const { power, weight, scale, gapPower } = group;
  const shares = group.rules.map((rule) => rule.share);
  const whole = shares.reduce((a, b) => a + b, 0);
  for (let i = 0; i < total.length; i++) {
    let sum = 0, share = 0;
    for (let c = 0; c < measured.length; c++) {
      const q = measured[c](i);
      if (q < 0) continue;
      sum += power === 1 ? q : q ** power;
      share += shares[c];
    }
    if (share <= 0) total[i] += weight;
    else {
      const v = (power === 1 ? sum : sum ** (1 / power)) / scale;
      total[i] += weight * (share >= whole ? v : v * (share / whole) ** -gapPower);
    }
  }
}

/** Parts of D of two rows: [{ name, part, of }], of = columns; they add up to D. */
function partsOf(data, row, other) {
  const parts = [];
  for (const group of data.distance.groups) {
    if (!group.rules.length) continue;
    const whole = group.rules.reduce((a, rule) => a + rule.share, 0);
    const q = measures(group, data.columns, row).map((f) => f(other));
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
