/* The search: a row, a level of a column, a number. */

function bindSearch(page) {
  const input = page.$("search"), list = page.$("found");
  let hits = [], at = -1;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); at = -1; };
  const take = (hit) => { if (hit) { close(); hit.take(); } };
  const mark = () => {
    [...list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => {
    hits = searchHits(page, input.value.trim());
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
function searchHits(page, text) {
  if (!text) return [];
  const hits = [], needle = text.toLowerCase();
  const row = rowNamed(page, text);
  if (row >= 0) hits.push({ where: "row", what: rowLabel(page.data, row), many: "", take: () => page.openRow(row) });
  for (const column of page.data.columns) {
    const matches = [];
    for (let level = 0; level < column.size && matches.length < 5000; level++) {
      if (column.isOrdered ? matchesNumber(column, level, text) : column.levelText(level).toLowerCase().includes(needle)) matches.push(level);
    }
    if (!matches.length) continue;
    const set = new Set(matches);
    const count = matches.reduce((sum, level) => sum + column.counts[level + 1], 0);
    const what = matches.length === 1 ? column.levelText(matches[0]).slice(0, 90) : `${text} in ${integer.format(matches.length)} values`;
    hits.push({
      where: column.name.slice(0, 60), what, many: integer.format(count),
      take: () => page.select({ title: `${column.name}: ${what}`, rows: page.rowsWith(column, (level) => set.has(level)) }),
    });
    if (hits.length >= 40) break;
  }
  return hits;
}

function matchesNumber(column, level, text) {
  if (column.form === "date") return column.levelText(level).startsWith(text) && text.length >= 4;
  const wanted = Number(text.replaceAll(",", ""));
  return Number.isFinite(wanted) && column.levels[level] === wanted;
}

function rowNamed(page, text) {
  const name = text.startsWith("#") ? text.slice(1) : text;
  if (page.data.labels) return page.data.labels.indexOf(name);
  if (!text.startsWith("#")) return -1;
  const row = Number(name);
  return name !== "" && Number.isInteger(row) && row >= 0 && row < page.data.n ? row : -1;
}
