/* Tools over the map, and the pointer on it. */

function bindTools(page) {
  page.$("lasso").addEventListener("click", () => page.startLasso());
  page.$("pan").addEventListener("click", () => page.setMode("pan"));
  page.$("closer").addEventListener("click", () => page.map.zoom(1 / 1.5));
  page.$("further").addEventListener("click", () => page.map.zoom(1.5));
  page.$("whole").addEventListener("click", () => page.map.show(null));
  page.$("named").addEventListener("change", () => page.showLabels());
  page.$("size").addEventListener("change", () => {
    page.map.size = Number(page.$("size").value);
    page.draw();
  });
  page.$("theme").addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    page.draw();
  });
}

function bindMap(page) {
  const box = page.$("stage");
  let waiting = false, last = null, down = null;
  const place = (event) => {
    const frame = box.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const isMap = (event) => page.$("map").contains(event.target);
  box.addEventListener("pointermove", (event) => {
    last = isMap(event) && !event.buttons ? place(event) : null;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      hover(page, last);
    });
  });
  box.addEventListener("pointerleave", () => { last = null; hover(page, null); });
  box.addEventListener("pointerdown", (event) => { down = isMap(event) ? place(event) : null; }, true);
  document.addEventListener("pointerup", (event) => {
    if (!down || event.button) return;
    const [left, top] = place(event);
    if (Math.hypot(left - down[0], top - down[1]) < 4) {
      const row = page.map.rowAt(left, top, page.shows);
      if (row >= 0) page.openRow(row);
    }
    down = null;
  }, true);
}

function hover(page, place) {
  const card = page.$("hover");
  const row = place ? page.map.rowAt(place[0], place[1], page.shows) : -1;
  card.hidden = row < 0;
  if (row < 0) return;
  const title = make("h3", "", `Row ${rowLabel(page.data, row)}`);
  title.dir = "auto";
  const rest = page.data.columns.filter((c) => c !== page.colorColumn && c.role !== "segment").slice(0, 7);
  card.replaceChildren(title, valueTable([page.colorColumn, ...rest], row));
  for (const cell of card.querySelectorAll("td, th")) if (cell.textContent.length > 80) cell.textContent = `${cell.textContent.slice(0, 80)}…`;
  const [px, py] = page.map.toPixel(page.data.x[row], page.data.y[row]);
  const stage = page.$("stage");
  const left = px + 16 + card.offsetWidth > stage.clientWidth ? px - 16 - card.offsetWidth : px + 16;
  const top = Math.min(Math.max(8, py - card.offsetHeight / 2), stage.clientHeight - card.offsetHeight - 8);
  card.style.left = `${Math.max(4, left)}px`;
  card.style.top = `${Math.max(4, top)}px`;
}
