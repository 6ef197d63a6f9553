// @ts-check
// The page as a whole: its data, its address, and which part is drawn when.

/** @typedef {ReturnType<typeof makeApp>} App */

/** @param {Index} index */
function makeApp(index) {
  const now = time(index.generated_at);
  const keys = new Set();
  /** @type {Row[]} */
  const rows = index.rows.map((raw, place) => rowOf(raw, place, keys));
  const indexes = FACETS.map((facet) => indexFacet(facet, rows, now));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  /** @type {Map<string, {upgrade: Upgrade, place: number}[]>} */
  const upgradesById = new Map();
  index.upgrades.forEach((upgrade, place) => {
    for (const id of upgrade.closes) upgradesById.set(id, [...(upgradesById.get(id) ?? []), { upgrade, place }]);
  });
  return {
    index, now, rows, indexes, byKey, upgradesById,
    chunk: index.chunk,
    lines: index.lines,
    hasProducts: new Set(rows.map((row) => row.product)).size > 1,
    view: firstView(),
    isPrinting: false,
    /** @type {number[]} */ found: [],
    /** @type {Map<string, Uint32Array>} */ counts: new Map(),
    foundRows() { return this.found.map((place) => rows[place]); },
    scopedRows() { return rows.filter((row) => SCOPE_FACETS.every((id) => inScope(this.view, id, scopeValue(row, id)))); },
    scopedLines() {
      const held = new Set(this.scopedRows().map((row) => row.line));
      return index.lines.filter((line, at) => held.has(at) || SCOPE_FACETS.every((id) => inScope(this.view, id, scopeValue(line, id))));
    },
    /** Lines of which a part alone is in scope: what runs remember of them as a whole is told of no part. @returns {Line[]} */
    partLines() {
      const left = new Set(rows.filter((row) => !SCOPE_FACETS.every((id) => inScope(this.view, id, scopeValue(row, id)))).map((row) => row.line));
      return this.scopedLines().filter((line) => left.has(index.lines.indexOf(line)));
    },
    scopedUpgrades() {
      const lines = new Set(this.scopedLines());
      return index.upgrades.map((upgrade, place) => ({ upgrade, place })).filter(({ upgrade }) => lines.has(index.lines[upgrade.line ?? 0]));
    },
    /** @param {string} place */
    upgradeNamed(place) { return /^\d+$/.test(place) ? index.upgrades[Number(place)] : undefined; },
    /** @param {Row} row */
    upgradesOf(row) { return (upgradesById.get(row.id) ?? []).filter(({ upgrade }) => (upgrade.line ?? 0) === row.line); },
    /** @param {View} view @param {boolean} [instead] */
    go(view, instead = false) {
      remember(writeAddress(view), instead);
      apply(this);
    },
    /** @param {string} query */
    type(query) { this.go(changed(this.view, { query }), true); },
    /** @param {string} sort */
    sort(sort) { this.go(changed(this.view, { sort })); refocus(`[data-sort="${CSS.escape(sort.replace(/^-/, ""))}"]`); },
    /** @param {string} facet @param {string} value @param {boolean} yes */
    choose(facet, value, yes) {
      const chosen = new Map(this.view.chosen);
      const values = new Set(chosen.get(facet));
      if (yes) values.add(value); else values.delete(value);
      if (values.size) chosen.set(facet, values); else chosen.delete(facet);
      this.go(changed(this.view, { chosen }));
    },
    /** @param {number} page @param {"first" | "last"} [focus] */
    turn(page, focus) {
      this.go({ ...this.view, page });
      const titles = document.querySelectorAll("#rows a.title");
      const target = focus ? titles[focus === "last" ? titles.length - 1 : 0] : byId("count");
      /** @type {HTMLElement} */ (target)?.focus();
      if (!focus) byId("count").scrollIntoView({ block: "nearest" });
    },
    /** @param {number} size */
    resize(size) { this.go(changed(this.view, { size })); byId("size")?.focus(); },
    /** @param {string} id @param {boolean} yes */
    showColumn(id, yes) {
      const shown = columnsOf(this.view).map((column) => column.id).filter((each) => each !== "finding" && each !== id);
      this.go({ ...this.view, columns: yes ? [...shown, id] : shown });
    },
    /** @param {string} key */
    open(key) { this.go({ ...this.view, finding: key }); },
  };
}

/** @param {string} address @param {boolean} instead */
function remember(address, instead) {
  if (address === location.hash) return;
  if (instead) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
}

/** @param {string} selector */
const refocus = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();

/** @param {any} of @param {string} id */
const scopeValue = (of, id) => ({ type: of.product_type, product: of.product, env: of.environment }[id] ?? "");

/** @param {View} view @param {string} id @param {string} value */
const inScope = (view, id, value) => view.chosen.get(id)?.has(value) ?? true;

/** What was drawn last, by part, so that nothing is drawn twice. @type {Record<string, string>} */
const drawn = {};

/** @param {string} name @param {string} state @param {() => void} draw */
function once(name, state, draw) {
  if (drawn[name] === state) return;
  drawn[name] = state;
  draw();
}

/** Show what the address says. @param {App} app */
function apply(app) {
  app.view = readAddress(location.hash);
  const { view } = app;
  for (const name of VIEWS) byId(name).hidden = name !== view.view;
  const scope = JSON.stringify(SCOPE_FACETS.map((id) => [...(view.chosen.get(id) ?? [ANY])]));
  once("scope", scope, () => drawScope(app));
  drawTabs(app);
  if (view.view === "overview") once("overview", scope, () => drawOverview(app));
  if (view.view === "upgrades") once("upgrades", scope, () => drawUpgrades(app));
  if (view.view === "scanners") once("scanners", scope, () => drawScanners(app));
  if (view.view === "findings") updateList(app);
  const row = app.byKey.get(view.finding);
  if (row) showFinding(app, row).catch(broken);
  else hideFinding(view.finding);
}

/** @param {App} app */
function updateList(app) {
  const { view } = app;
  const upgrade = app.upgradeNamed(view.upgrade);
  const order = { sort: "", page: 1, size: 50, columns: null, finding: "" };
  once("selection", writeAddress({ ...view, ...order }), () => {
    const selection = select(app.rows, app.indexes, view.chosen, view.query, upgrade);
    app.counts = selection.counts;
    app.found = selection.rows;
    drawn.sort = "";
  });
  once("sort", `sort ${view.sort}`, () => { app.found = sorted([...app.found].sort((one, other) => one - other), app); });
  once("list", writeAddress({ ...view, finding: "" }), () => drawList(app));
}

/** @param {string} wanted */
function hideFinding(wanted) {
  const drawer = byId("finding");
  if (drawer.open) {
    drawer.close();
    const link = [...document.querySelectorAll("#rows a.title")].find((each) => /** @type {HTMLElement} */ (each).dataset.key === drawer.dataset.key);
    /** @type {HTMLElement | undefined} */ (link)?.focus();
  }
  if (!wanted) return;
  say("This page knows no finding of that id.");
  toast("This page knows no finding of that id.");
}

/** @param {App} app */
function drawTabs(app) {
  for (const tab of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("#tabs a"))) {
    const name = tab.dataset.view ?? "";
    tab.setAttribute("href", writeAddress({ ...app.view, view: name, page: 1, finding: "" }));
    if (name === app.view.view) {
      tab.setAttribute("aria-current", "page");
      byId("tabs").scrollLeft = tab.offsetLeft - 24;
    } else tab.removeAttribute("aria-current");
  }
}

/** The choice of product type, product and environment, where there is one to make. @param {App} app */
function drawScope(app) {
  byId("tab-findings").textContent = number(app.scopedRows().filter(isOpen).length);
  byId("tab-upgrades").textContent = number(app.scopedUpgrades().length);
  byId("tab-scanners").textContent = number(distinct(app.scopedLines().flatMap((line) => (line.scans ?? []).map((scan) => scan.tool))).length);
  const choices = SCOPE_FACETS.map((id) => {
    const facet = /** @type {Facet} */ (facetNamed(id));
    const values = distinct([...app.rows.map((row) => scopeValue(row, id)), ...app.lines.map((line) => scopeValue(line, id))]).sort();
    if (values.length < 2 || values.length > 500) return null;
    const chosen = [...(app.view.chosen.get(id) ?? [])];
    const select_ = el("select", { id: `scope-${id}`, "aria-label": facet.name, onchange: () => setScope(app, id, select_.value, values) },
      el("option", { value: ANY }, `All ${facet.name.toLowerCase()}s`), chosen.length > 1 && el("option", { value: "several", selected: true }, `${chosen.length} chosen`),
      values.map((value, at) => el("option", { value: at, selected: chosen.length === 1 && chosen[0] === value }, valueLabel(facet, value))));
    return select_;
  });
  const place = byId("scope");
  place.hidden = !choices.some(Boolean);
  refill(place, ...choices);
}

/** @param {App} app @param {string} id @param {string} value `*`, or a place among the values @param {string[]} values */
function setScope(app, id, value, values) {
  if (value === "several") return;
  const chosen = new Map(app.view.chosen);
  if (value === ANY) chosen.delete(id);
  else chosen.set(id, new Set([values[Number(value)]]));
  app.go(changed(app.view, { chosen }));
  byId(`scope-${id}`)?.focus();
}

const THEMES = ["auto", "light", "dark"];
/** @type {Record<string, string>} */
const THEME_WORDS = { auto: "Auto", light: "Light", dark: "Dark" };

/** @param {string} theme */
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const button = byId("theme");
  button.textContent = THEME_WORDS[theme];
  button.setAttribute("aria-label", `Colours: ${theme === "auto" ? "Auto, as the system" : THEME_WORDS[theme]}`);
  try { localStorage.setItem("onefold-theme", theme); } catch { /* a page from disk may not keep anything */ }
}

/** @returns {string} */
function keptTheme() {
  try {
    const kept = localStorage.getItem("onefold-theme") ?? "auto";
    return THEMES.includes(kept) ? kept : "auto";
  } catch { return "auto"; }
}

const MOST_PRINTED = 1000;

/** On paper there is everything: all views, and every finding that passes the filters. @param {App} app */
function beforePrint(app) {
  const { view } = app;
  if (byId("finding").open) return;
  for (const name of VIEWS) byId(name).hidden = false;
  app.isPrinting = true;
  drawOverview(app);
  updateList(app);
  app.view = { ...view, page: 1, size: MOST_PRINTED };
  drawList(app);
  app.view = view;
  drawScanners(app);
  drawUpgrades(app);
}

/** @param {App} app */
function afterPrint(app) {
  app.isPrinting = false;
  for (const name of Object.keys(drawn)) if (name !== "scope") delete drawn[name];
  apply(app);
}

/** @param {unknown} error */
function broken(error) {
  const place = byId("loading");
  place.hidden = false;
  place.textContent = typeof DecompressionStream === "undefined" ? "This browser is too old to unpack the data of this page." : "The data of this page could not be read: the file may be cut off.";
  console.error(error);
}

/** @param {App} app */
function listen(app) {
  const drawer = byId("finding");
  window.addEventListener("hashchange", () => apply(app));
  SMALL.addEventListener("change", () => { delete drawn.overview; apply(app); });
  window.addEventListener("beforeprint", () => beforePrint(app));
  window.addEventListener("afterprint", () => afterPrint(app));
  drawer.addEventListener("cancel", (/** @type {Event} */ event) => { event.preventDefault(); app.open(""); });
  drawer.addEventListener("click", (/** @type {Event} */ event) => { if (event.target === drawer) app.open(""); });
  byId("print").addEventListener("click", () => window.print());
}

async function start() {
  setTheme(keptTheme());
  byId("theme").addEventListener("click", () => setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % THEMES.length]));
  byId("skip").addEventListener("click", (/** @type {Event} */ event) => { event.preventDefault(); byId("main").focus(); });
  byId("loading").hidden = false;
  const app = makeApp(await readBlock("data"));
  byId("loading").hidden = true;
  const [line] = app.lines;
  byId("line-words").textContent = app.lines.length > 1 ? `, ${many(app.lines.length, "product line")}` : line ? [line.product, line.environment, line.branch, line.state_key, (line.commit ?? "").slice(0, 12)].filter(Boolean).map((words) => `, ${words}`).join("") : "";
  listen(app);
  apply(app);
  document.documentElement.dataset.ready = "yes";
}

start().catch(broken);
