// @ts-check
// What narrows the list: facets with counts, the chips of what is chosen, the menus of columns and exports.

const MOST_VALUES = 8;
const MOST_LISTED = 400;
/** Facets whose every value is shown, and those people opened or closed. @type {Map<string, {all?: boolean, open?: boolean, find?: string}>} */
const facetState = new Map();
const OPEN_FACETS = ["severity", "sla", "status", "change", "kind", "tool", "product"];

/** @param {App} app */
function drawFacets(app) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.facet;
  const value = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.value;
  const place = byId("facets");
  refill(place, ...app.indexes.map((index) => facetBox(app, index)));
  if (focused !== undefined) /** @type {HTMLElement | undefined} */ ([...place.querySelectorAll("[data-facet]")].find((each) => each.dataset.facet === focused && each.dataset.value === value))?.focus();
}

/** @param {App} app @param {FacetIndex} index */
function facetBox(app, index) {
  const { facet } = index;
  const chosen = app.view.chosen.get(facet.id) ?? new Set();
  if (index.values.length < 2 && !chosen.size) return null;
  const state = facetState.get(facet.id) ?? {};
  facetState.set(facet.id, state);
  const listed = listedValues(index, /** @type {Uint32Array} */ (app.counts.get(facet.id)), chosen);
  const first = listed.filter(({ value, count }) => count || chosen.has(value));
  const shown = state.all ? listed : first.filter(({ value }, at) => at < MOST_VALUES || chosen.has(value));
  const box = el("details", { class: "facet", open: state.open ?? (OPEN_FACETS.includes(facet.id) || chosen.size > 0), ontoggle: () => { state.open = box.open; } },
    el("summary", {}, facet.name, chosen.size > 0 && el("span", { class: "pill" }, chosen.size, el("span", { class: "unseen" }, " chosen"))),
    el("ul", {}, cutAt(shown, MOST_LISTED, ({ value, count }) => facetValue(app, facet, value, count, chosen.has(value)))),
    listed.length > shown.length || state.all ? el("button", { type: "button", class: "text", "data-facet": facet.id, "data-value": "\u0000all", onclick: () => { state.all = !state.all; drawFacets(app); } },
      state.all ? "Show fewer" : `Show all ${number(listed.length)}`, el("span", { class: "unseen" }, ` of ${facet.name}`)) : null);
  return box;
}

/** @param {App} app @param {Facet} facet @param {string} value @param {number} count @param {boolean} isChosen */
function facetValue(app, facet, value, count, isChosen) {
  const label = valueLabel(facet, value);
  return el("li", { class: count ? "" : "none" }, el("label", { title: label },
    el("input", { type: "checkbox", checked: isChosen, "data-facet": facet.id, "data-value": value, onchange: (/** @type {any} */ event) => app.choose(facet.id, value, event.target.checked) }),
    el("span", { class: "label" }, label), el("span", { class: "num" }, number(count))));
}

/** @param {App} app */
function drawChips(app) {
  const { view } = app;
  const chip = (/** @type {string} */ words, /** @type {() => void} */ drop) => el("button", { type: "button", class: "chip", onclick: drop }, words, el("span", { "aria-hidden": "true", class: "cross" }, "\u00d7"), el("span", { class: "unseen" }, ", take away"));
  const chips = [];
  if (view.query) chips.push(chip(`\u201c${view.query}\u201d`, () => app.type("")));
  const upgrade = app.upgradeNamed(view.upgrade);
  if (upgrade) chips.push(chip(`Closed by ${upgrade.name} ${upgrade.to}`, () => app.go(changed(view, { upgrade: "" }))));
  for (const facet of FACETS) {
    if (facet.id === "status" && isUsualStatus(view)) continue;
    for (const value of view.chosen.get(facet.id) ?? []) chips.push(chip(`${facet.name}: ${valueLabel(facet, value)}`, () => app.choose(facet.id, value, false)));
  }
  const usual = writeAddress({ ...firstView(), view: "findings", sort: view.sort, size: view.size, columns: view.columns });
  const isUsual = usual === writeAddress({ ...view, finding: "", page: 1 });
  refill(byId("chips"), ...chips, !isUsual && el("a", { class: "text", href: usual, id: "reset" }, "Reset to open findings"));
}

/** A button that opens a list below it; Escape and a press elsewhere close it. @param {string} id @param {string} name @param {() => Child[]} items */
function menu(id, name, items) {
  const list = el("div", { class: "menu-list", id: `${id}-list`, hidden: true });
  const button = el("button", { type: "button", class: "quiet", id, "aria-expanded": "false", "aria-controls": `${id}-list` }, name);
  const open = (/** @type {boolean} */ yes) => {
    if (yes) refill(list, ...items());
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
  };
  button.addEventListener("click", () => open(list.hidden));
  const whole = el("div", { class: "menu" }, button, list);
  whole.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { open(false); button.focus(); event.stopPropagation(); }
  });
  whole.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !whole.contains(/** @type {Node} */ (event.relatedTarget))) open(false);
  });
  document.addEventListener("pointerdown", (event) => { if (!whole.contains(/** @type {Node} */ (event.target))) open(false); });
  list.addEventListener("click", (event) => { if (/** @type {HTMLElement} */ (event.target).closest("button")) { open(false); button.focus(); } });
  return whole;
}

/** @param {App} app */
function columnMenu(app) {
  return menu("columns", "Columns", () => {
    const shown = columnsOf(app.view).map(({ id }) => id);
    return [el("fieldset", {}, el("legend", {}, "Columns"), COLUMNS.filter(({ id }) => id !== "finding").map((column) => el("label", {},
      el("input", { type: "checkbox", checked: shown.includes(column.id), "data-column": column.id, onchange: (/** @type {any} */ event) => app.showColumn(column.id, event.target.checked) }), column.name))),
    el("button", { type: "button", class: "text", onclick: () => app.go({ ...app.view, columns: null }) }, "The usual ones")];
  });
}

/** @param {App} app */
function exportMenu(app) {
  const item = (/** @type {string} */ id, /** @type {string} */ name, /** @type {() => void} */ act) => el("button", { type: "button", class: "item", id, onclick: act }, name);
  return menu("export", "Export", () => [
    el("p", { class: "note" }, `${many(app.found.length, "finding")} as filtered`),
    item("export-csv", "Download CSV", () => saveCsv(app).catch(broken)),
    item("export-json", "Download JSON", () => saveJson(app).catch(broken)),
    item("export-markdown", "Copy as Markdown", () => copyText(listMarkdown(app), "The list is copied.")),
    item("copy-address", "Copy the address of this view", () => copyText(location.href, "The address is copied.")),
  ]);
}
