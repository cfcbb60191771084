/* Keys: walk from row to row, zoom, search, escape. */

function bindKeys(page) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
    if (event.key === "Escape" && !typing) {
      page.setMode("pan");
      if (page.selection) page.select(null, page.tab);
      page.map.rings = { row: -1, near: [] };
      page.map.drawRings();
      return;
    }
    if (typing) return;
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (direction && event.target === page.$("map")) {
      event.preventDefault();
      walk(page, ...direction);
    } else if (event.key === "Enter" && event.target === page.$("map") && page.row >= 0) page.openRow(page.row);
    else if (event.key === "/") { event.preventDefault(); page.$("search").focus(); }
    else if (event.key === "l" || event.key === "L") page.startLasso();
    else if (event.key === "+" || event.key === "=") page.map.zoom(1 / 1.5);
    else if (event.key === "-") page.map.zoom(1.5);
    else if (event.key === "0") page.map.show(null);
  });
}

/** To the nearest shown row in a direction, within 45 degrees of it. */
function walk(page, dx, dy) {
  const { n, x, y } = page.data;
  const here = page.row >= 0 ? [x[page.row], y[page.row]] : [(page.map.home.x[0] + page.map.home.x[1]) / 2, (page.map.home.y[0] + page.map.home.y[1]) / 2];
  let best = Infinity, found = -1;
  for (let i = 0; i < n; i++) {
    if (i === page.row) continue;
    const ax = x[i] - here[0], ay = y[i] - here[1];
    const along = ax * dx + ay * dy, across = Math.abs(ax * dy) + Math.abs(ay * dx);
    const d = ax * ax + ay * ay;
    if ((page.row < 0 || (along > 0 && across <= along)) && d > 0 && d < best && page.shows(i)) { best = d; found = i; }
  }
  if (found >= 0) page.openRow(found);
  else page.say("No row further in this direction");
}
