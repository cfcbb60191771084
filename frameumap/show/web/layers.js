/* Segments: their names, words and sizes, layer by layer. */

/** Names and words of a layer that came without them, from what sets each segment apart. */
function nameSegments(page, column) {
  const used = new Set();
  column.cards = column.levels.map((_, level) => {
    const effects = effectsOf(page.data, page.rowsWith(column, (l) => l === level), 5);
    const heads = effects.map((effect) => effect.words.replace(/: [^:]*$/, ""));
    let name = heads[0] || `segment ${level}`;
    for (let at = 1; used.has(name) && at < heads.length; at++) name = `${heads[0]}, ${heads[at]}`;
    if (used.has(name)) name = `${name} (${level})`;
    used.add(name);
    column.levels[level] = name;
    return { words: effects.slice(0, 3).map((effect) => effect.words), rule: "" };
  });
}

function segmentsInOrder(page, column) {
  if (!column.cards) nameSegments(page, column);
  const cards = column.cards;
  return Array.from({ length: column.size }, (_, level) => ({
    level, name: column.levelText(level), count: column.counts[level + 1],
    words: cards[level]?.words || [], rule: cards[level]?.rule || "",
  })).sort((a, b) => b.count - a.count || a.level - b.level);
}

/** Half the width and height of every segment: one and a half times the mean distance from its anchor. */
function spreads(page, column) {
  if (!column.spreads) {
    const { n, x, y } = page.data;
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
