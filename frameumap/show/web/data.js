/* Reading the page: blocks are typed arrays or JSON, deflated, in base64. */

const manifest = JSON.parse(document.getElementById("manifest").textContent);

const ARRAYS = {
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array,
  float32: Float32Array, float64: Float64Array,
};

/** Bytes of a block, inflated; the block is dropped from the document. */
async function bytesOf(id) {
  const element = document.getElementById(id);
  const text = atob(element.textContent.trim());
  element.remove();
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A typed array; its bytes were stored plane by plane, which deflates better. */
async function arrayOf(block) {
  if (!block) return null;
  const planes = await bytesOf(block.id);
  const Kind = ARRAYS[block.type];
  const width = Kind.BYTES_PER_ELEMENT;
  const count = planes.length / width;
  const bytes = new Uint8Array(planes.length);
  for (let b = 0; b < width; b++) {
    const start = b * count;
    for (let i = 0, at = b; i < count; i++, at += width) bytes[at] = planes[start + i];
  }
  return new Kind(bytes.buffer);
}

async function jsonOf(block) {
  return JSON.parse(new TextDecoder().decode(await bytesOf(block.id)));
}

// "min2": thousands are set apart from 10,000 on, so that a year reads as one.
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 6, useGrouping: "min2" });
const brief = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: "min2" });
const integer = new Intl.NumberFormat("en", { maximumFractionDigits: 0, useGrouping: "min2" });

function numberText(value, whole) {
  if (whole || (Number.isInteger(value) && Math.abs(value) < 1e15)) return integer.format(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? plain.format(value) : String(Number(value.toPrecision(6)));
}

function dateText(second) {
  const date = new Date(Math.round(second) * 1000);
  if (Number.isNaN(date.getTime())) return String(second);
  const [signed, time] = date.toISOString().split("T");
  // Years beyond 9999 and before 0 come as +020000 and -000300; here 20000 and -300, as elsewhere.
  const day = signed.replace(/^([+-])0*(\d{3,6})/, (_, sign, year) => (sign === "-" ? "-" : "") + year);
  return time.startsWith("00:00:00") ? day : `${day} ${time.slice(0, 5)}`;
}

function percent(share) {
  const value = 100 * share;
  return (value >= 99.5 && value < 100 ? "99+" : value > 0 && value < 0.5 ? "<1" : String(Math.round(value))) + "%";
}

/** A column: `codes[i]` is 0 for a gap, else 1 + the level. */
class Column {
  constructor(entry, codes, levels) {
    Object.assign(this, entry, { codes, levels });
    this.isOrdered = ["number", "date", "cycle"].includes(entry.form);
    this.size = levels.length;
  }

  levelText(level) {
    const value = this.levels[level];
    if (this.form === "date") return dateText(value);
    if (this.isOrdered) return numberText(value, this.whole);
    if (this.form === "items") return value.length ? value.join(", ") : "(none)";
    return value;
  }

  /** The same with at most four digits, or the day of a date. */
  briefText(level) {
    if (this.form === "date") return this.levelText(level).split(" ")[0];
    return this.isOrdered ? brief.format(this.levels[level]) : this.levelText(level);
  }

  text(row) {
    const code = this.codes[row];
    return code ? this.levelText(code - 1) : "";
  }

  /** Rows of every level, gaps first; counted when first asked for. */
  get counts() {
    const counts = new Uint32Array(this.size + 1);
    for (let i = 0; i < this.codes.length; i++) counts[this.codes[i]]++;
    Object.defineProperty(this, "counts", { value: counts });
    return counts;
  }
}

async function readColumn(entry) {
  const codes = await arrayOf(entry.codes);
  const levels = entry.levels.type === "json" ? await jsonOf(entry.levels) : await arrayOf(entry.levels);
  return new Column(entry, codes, levels);
}

async function readRules() {
  const distance = manifest.distance;
  if (!distance) return null;
  for (const group of distance.groups) {
    for (const rule of group.rules) {
      rule.values = await arrayOf(rule.values);
      rule.table = await arrayOf(rule.table);
    }
  }
  return distance;
}

async function readAll() {
  const [x, y] = [await arrayOf(manifest.x), await arrayOf(manifest.y)];
  const columns = [];
  for (const entry of manifest.columns) columns.push(await readColumn(entry));
  const labels = manifest.labels ? await jsonOf(manifest.labels) : null;
  const near = manifest.near;
  const lists = near && {
    k: near.k, names: near.names, indices: await arrayOf(near.indices), distances: await arrayOf(near.distances), parts: await arrayOf(near.parts),
  };
  return { n: manifest.rows, x, y, columns, labels, distance: await readRules(), lists };
}
