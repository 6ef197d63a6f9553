// @ts-check
// What the page shows, as its address: everything after `#`. Whoever gets the address sees the same.

/**
 * @typedef {object} View
 * @property {string} view `overview`, `findings`, `upgrades` or `scanners`
 * @property {string} query
 * @property {Map<string, Set<string>>} chosen values by facet; status is "open ones" unless the address says otherwise
 * @property {string} sort a column's id; `-` before it for the other direction; "" for worst first
 * @property {number} page from 1
 * @property {number} size rows of a page
 * @property {string[] | null} columns `null` for the usual ones
 * @property {string} upgrade the place of an upgrade whose findings are shown; mostly ""
 * @property {string} finding the key of the finding that is open; mostly ""
 */

const VIEWS = ["overview", "findings", "upgrades", "scanners"];
const SIZES = [25, 50, 100, 250];
const ANY = "*";

/** A facet's value in an address: `-` is none; values that begin like our own marks get one before them. @param {string} value */
const writeValue = (value) => (value === "" ? "-" : /^[-*=]/.test(value) ? `=${value}` : value);

/** @param {string} written */
const readValue = (written) => (written === "-" ? "" : written.startsWith("=") ? written.slice(1) : written);

/** @returns {View} */
function firstView() {
  return { view: "overview", query: "", chosen: new Map([["status", new Set(OPEN_STATUSES)]]), sort: "", page: 1, size: 50, columns: null, upgrade: "", finding: "" };
}

/** @param {string} hash @returns {View} */
function readAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = firstView();
  const asked = given.get("view") ?? "";
  view.view = VIEWS.includes(asked) ? asked : given.has("f") ? "findings" : "overview";
  view.query = given.get("q") ?? "";
  for (const { id } of FACETS) {
    const values = given.getAll(id);
    if (values.includes(ANY)) view.chosen.delete(id);
    else if (values.length) view.chosen.set(id, new Set(values.map(readValue)));
  }
  view.sort = given.get("sort") ?? "";
  view.page = Math.max(1, Math.trunc(Number(given.get("page"))) || 1);
  view.size = SIZES.includes(Number(given.get("size"))) ? Number(given.get("size")) : 50;
  view.columns = given.has("cols") ? (given.get("cols") ?? "").split(".").filter(Boolean) : null;
  view.upgrade = given.get("up") ?? "";
  view.finding = given.get("f") ?? "";
  return view;
}

/** Whether the open ones are shown, as they are where nobody chose. @param {View} view */
const isUsualStatus = (view) => [...(view.chosen.get("status") ?? [])].sort().join() === OPEN_STATUSES.join();

/** @param {View} view @returns {string} */
function writeAddress(view) {
  const told = new URLSearchParams();
  if (view.view !== "overview") told.set("view", view.view);
  if (view.query) told.set("q", view.query);
  for (const { id } of FACETS) {
    const values = [...(view.chosen.get(id) ?? [])].sort();
    if (id === "status" && isUsualStatus(view)) continue;
    if (id === "status" && !values.length) told.append(id, ANY);
    for (const value of values) told.append(id, writeValue(value));
  }
  if (view.sort) told.set("sort", view.sort);
  if (view.page > 1) told.set("page", String(view.page));
  if (view.size !== 50) told.set("size", String(view.size));
  if (view.columns) told.set("cols", view.columns.join("."));
  if (view.upgrade) told.set("up", view.upgrade);
  if (view.finding) told.set("f", view.finding);
  return `#${told}`;
}

/** The view with something changed, and the first page of it. @param {View} view @param {Partial<View>} change @returns {View} */
function changed(view, change) {
  return { ...view, page: 1, finding: "", ...change };
}

/** The address of a list of findings: the scope that is chosen stays. @param {View} view @param {Record<string, string[]>} values */
function listAddress(view, values) {
  const next = firstView();
  for (const id of SCOPE_FACETS) {
    const scope = view.chosen.get(id);
    if (scope) next.chosen.set(id, scope);
  }
  for (const [id, wanted] of Object.entries(values)) {
    if (wanted.includes(ANY)) next.chosen.delete(id);
    else next.chosen.set(id, new Set(wanted));
  }
  return writeAddress({ ...next, view: "findings", size: view.size, columns: view.columns });
}

const SCOPE_FACETS = ["type", "product", "env"];
