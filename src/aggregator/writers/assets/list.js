// @ts-check
// The list of findings: one page of rows at a time, so that twenty thousand are no more elements than fifty.

/** The list's frame, once; what changes is drawn into its parts. @param {App} app */
function frameList(app) {
  refill(byId("findings"),
    el("div", { class: "toolbar" },
      el("div", { class: "search" },
        el("label", { for: "search", class: "unseen" }, "Search the findings"),
        el("input", { id: "search", type: "search", placeholder: "Search title, file, rule, package, CVE, owner\u2026", autocomplete: "off", spellcheck: "false", oninput: (/** @type {any} */ event) => app.type(event.target.value) })),
      el("div", { class: "toolbar-actions" }, columnMenu(app), exportMenu(app))),
    el("div", { class: "chips", id: "chips" }),
    el("div", { class: "list-layout" },
      el("details", { class: "filters", id: "filters", open: !matchMedia("(max-width: 900px)").matches },
        el("summary", {}, "Filters"), el("div", { id: "facets", class: "facets", role: "group", "aria-label": "Filters" })),
      el("div", { class: "results" },
        el("div", { class: "results-head" }, el("h2", { id: "count", tabindex: "-1" }), el("a", { id: "more", hidden: true }), sortChoice(app)),
        el("div", { id: "rows", class: "rows" }),
        el("nav", { id: "pager", class: "pager", "aria-label": "Pages of the list" }))));
}

/** @param {App} app */
function drawList(app) {
  if (!byId("search")) frameList(app);
  const { view } = app;
  const search = byId("search");
  if (search.value !== view.query) search.value = view.query;
  const pages = Math.max(1, Math.ceil(app.found.length / view.size));
  view.page = Math.min(view.page, pages);
  drawChips(app);
  drawFacets(app);
  drawCount(app);
  drawRows(app, app.found.slice((view.page - 1) * view.size, view.page * view.size));
  drawPager(app, pages);
  byId("sort").value = view.sort;
  byId("sort").parentElement.hidden = app.found.length < 2;
}

/** @param {App} app */
function drawCount(app) {
  const all = app.rows.length;
  const isUsual = isUsualStatus(app.view);
  const words = isUsual ? many(app.found.length, "open finding") : app.found.length === all ? many(all, "finding") : `${number(app.found.length)} of ${many(all, "finding")}`;
  const more = byId("more");
  more.hidden = !isUsual || !app.rows.some((row) => !isOpen(row));
  more.textContent = "Show also what is closed or set aside";
  more.href = writeAddress(changed(app.view, { chosen: new Map([...app.view.chosen].filter(([id]) => id !== "status")) }));
  const place = byId("count");
  if (place.textContent !== words) { place.textContent = words; say(words); }
}

/** @param {App} app @param {number[]} places */
function drawRows(app, places) {
  if (!places.length) {
    return refill(byId("rows"), el("div", { class: "card empty" }, el("h3", {}, "No finding matches"),
      el("p", {}, app.rows.length ? "Take a filter away, or search for less." : "Nothing was found."),
      app.rows.length > 0 && el("a", { class: "button", href: writeAddress({ ...firstView(), view: "findings" }) }, "Show all open findings")));
  }
  refill(byId("rows"), listTable(app, places));
}

/** The table. Roles are said aloud because small screens lay rows out as cards, which would hide what they are. @param {App} app @param {number[]} places */
function listTable(app, places) {
  const columns = columnsOf(app.view);
  const first = (app.view.page - 1) * app.view.size;
  return el("table", { class: "list", role: "table", "aria-rowcount": app.found.length + 1, "aria-labelledby": "count", onkeydown: (/** @type {KeyboardEvent} */ event) => walk(event, app) },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row", "aria-rowindex": 1 }, columns.map((column) => heading(app, column)))),
    el("tbody", { role: "rowgroup" }, places.map((place, at) => el("tr", { role: "row", "aria-rowindex": first + at + 2, class: `row-${app.rows[place].severity.toLowerCase()}` },
      columns.map((column) => el("td", { role: "cell", class: `col-${column.id}${column.num ? " num" : ""}`, "data-label": column.name }, column.cell(app.rows[place], app)))))));
}

/** @param {App} app @param {Column} column */
function heading(app, column) {
  // Browsers repeat a table's head on each sheet of paper only where nothing in it can be pressed.
  if (app.isPrinting) return el("th", { scope: "col", role: "columnheader", class: `col-${column.id}${column.num ? " num" : ""}` }, column.name);
  const way = app.view.sort === column.id ? "ascending" : app.view.sort === `-${column.id}` ? "descending" : "none";
  return el("th", { scope: "col", role: "columnheader", class: `col-${column.id}${column.num ? " num" : ""}`, "aria-sort": way },
    el("button", { type: "button", class: "sort", "data-sort": column.id, onclick: () => app.sort(nextSort(app.view.sort, column)) }, column.name, el("span", { class: "arrow", "aria-hidden": "true" })));
}

/** One way, the other way, worst first. @param {string} now @param {Column} column */
function nextSort(now, column) {
  const ways = column.downFirst ? [`-${column.id}`, column.id] : [column.id, `-${column.id}`];
  return now === ways[0] ? ways[1] : now === ways[1] ? "" : ways[0];
}

/** @param {App} app */
function sortChoice(app) {
  const choices = COLUMNS.flatMap(({ id, name, downFirst }) => {
    const ways = [[id, `${name}, ${downFirst ? "lowest first" : "ascending"}`], [`-${id}`, `${name}, ${downFirst ? "highest first" : "descending"}`]];
    return downFirst ? ways.reverse() : ways;
  });
  return el("label", { class: "sort-choice" }, el("span", {}, "Sort"), el("select", { id: "sort", "aria-label": "Sort", onchange: (/** @type {any} */ event) => app.sort(event.target.value) },
    el("option", { value: "" }, "Worst first"), choices.map(([value, name]) => el("option", { value }, name))));
}

/** Arrow keys walk from finding to finding. @param {KeyboardEvent} event @param {App} app */
function walk(event, app) {
  const titles = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("a.title")];
  const at = titles.indexOf(/** @type {Element} */ (event.target));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: titles.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = /** @type {HTMLElement | undefined} */ (titles[to]);
  if (next) return next.focus();
  const pages = Math.max(1, Math.ceil(app.found.length / app.view.size));
  const page = app.view.page + (to < 0 ? -1 : 1);
  if (page >= 1 && page <= pages) app.turn(page, to < 0 ? "last" : "first");
}

/** @param {App} app @param {number} pages */
function drawPager(app, pages) {
  const { view } = app;
  const from = Math.min(app.found.length, (view.page - 1) * view.size + 1);
  const button = (/** @type {string} */ name, /** @type {number} */ page, /** @type {boolean} */ works) =>
    el("button", { type: "button", class: "quiet", disabled: !works, "data-page": page, onclick: () => app.turn(page) }, name);
  const sizes = el("label", {}, "Rows ", el("select", { id: "size", onchange: (/** @type {any} */ event) => app.resize(Number(event.target.value)) }, SIZES.map((size) => el("option", { value: size, selected: size === view.size }, size))));
  const place = byId("pager");
  place.hidden = app.found.length <= SIZES[0];
  refill(place, button("First", 1, view.page > 1), button("Previous", view.page - 1, view.page > 1),
    el("span", { class: "pages" }, `${number(from)} to ${number(Math.min(app.found.length, view.page * view.size))} of ${number(app.found.length)}`),
    button("Next", view.page + 1, view.page < pages), button("Last", pages, view.page < pages), sizes);
}
