// @ts-check
// What each scanner saw, and when it last did; and the upgrades that close the most.

/** @param {Scan} scan */
function scanWords(scan) {
  const parts = [
    scan.results ? `${many(scan.results, "entry", "entries")}` : "",
    scan.covered === null || scan.covered === undefined ? "" : many(scan.covered, "file"),
    scan.unread ? `${number(scan.unread)} not fully read` : "",
    scan.passed ? `${number(scan.passed)} passed` : "",
    scan.manual ? `${number(scan.manual)} for a person to look at` : "",
    scan.refused ? `${number(scan.refused)} refused` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** @param {App} app @param {Scan} scan */
function scanRow(app, scan) {
  const covered = time(scan.covered_at);
  const old = daysBetween(covered, app.now);
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, scan.tool, scan.tool_version && el("span", { class: "note" }, ` ${scan.tool_version}`)),
    el("td", { role: "cell", "data-label": "Looked at" }, el("span", { class: "breakable" }, scan.scope), scan.report && el("span", { class: "note block breakable" }, scan.report)),
    el("td", { role: "cell", "data-label": "How it ended" }, el("span", { class: `look is-${scan.look}` }, word(scan.look)),
      scan.reason && el("span", { class: "note block" }, scan.reason), scan.next_step && el("span", { class: "note block" }, scan.next_step)),
    el("td", { role: "cell", "data-label": "Saw" }, scanWords(scan) || "\u2013"),
    el("td", { role: "cell", "data-label": "Last covered" }, Number.isNaN(covered) ? (scan.look === "missing" ? "\u2013" : "Never, as far as is remembered") : timeEl(covered), old >= 1 && el("span", { class: "note block" }, `${days(old)} ago`)));
}

/** @param {App} app @param {Line[]} shown @returns {Child[]} */
function scannerParts(app, shown) {
  return shown.map((line, which) => {
    const scans = line.scans ?? [];
    const id = `line-${which}`;
    return el("section", { class: "card", "aria-labelledby": id },
      el("h2", { id }, shown.length > 1 || line.product ? lineName(line) : "What was looked at"),
      el("p", { class: "note" }, "Last run ", timeEl(time(line.at), moment), line.commit && [", commit ", el("code", {}, line.commit.slice(0, 12))], line.url && [", ", outside(line.url, "open the run")], "."),
      scans.length ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Scanners of ${lineName(line)}` }, el("table", { class: "plain cards", role: "table" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ["Scanner", "Looked at", "How it ended", "Saw", "Last covered"].map((name) => el("th", { scope: "col", role: "columnheader" }, name)))),
        el("tbody", { role: "rowgroup" }, scans.map((scan) => scanRow(app, scan))))) : el("p", {}, "Nothing is known about what was looked at."),
      (line.diagnostics ?? []).length > 0 && el("details", { class: "numbers" }, el("summary", {}, many((line.diagnostics ?? []).length, "remark")),
        el("ul", { class: "remarks" }, (line.diagnostics ?? []).map((item) => el("li", {}, el("strong", {}, item.subject || item.code), " ", item.reason, " ", el("span", { class: "note" }, item.next_step))))));
  });
}

/** @param {App} app */
function drawScanners(app) {
  refill(byId("scanners"), ...scannerParts(app, app.scopedLines()));
}

const MOST_UPGRADES = 500;

/** @param {App} app */
function drawUpgrades(app) {
  const shown = app.scopedUpgrades();
  const closed = app.scopedRows().filter((row) => isOpen(row) && app.upgradesOf(row).length);
  if (!shown.length) return refill(byId("upgrades"), el("div", { class: "card empty" }, el("h2", {}, "No upgrade is known"), el("p", {}, "No open finding is about a package that a newer version mends.")));
  refill(byId("upgrades"),
    el("div", { class: "lead" }, el("h2", {}, `${many(shown.length, "upgrade")} ${shown.length === 1 ? "closes" : "close"} ${many(closed.length, "finding")}`), el("p", { class: "note" }, "The fewest package upgrades that close what upgrades can close, those first that close the worst.")),
    el("table", { class: "plain cards card", role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ["Package", "From", "To", "Where", "Worst", "Closes"].map((name) => el("th", { scope: "col", role: "columnheader", class: name === "Closes" ? "num" : false }, name)))),
      el("tbody", { role: "rowgroup" }, shown.slice(0, MOST_UPGRADES).map(({ upgrade, place }) => upgradeRow(app, upgrade, place)))),
    shown.length > MOST_UPGRADES && el("p", { class: "note" }, `and ${number(shown.length - MOST_UPGRADES)} more`));
}

/** @param {App} app @param {Upgrade} upgrade @param {number} place */
function upgradeRow(app, upgrade, place) {
  const address = writeAddress({ ...firstView(), view: "findings", upgrade: String(place) });
  const cell = (/** @type {string} */ label, /** @type {Child[]} */ ...words) => el("td", { role: "cell", "data-label": label }, ...words);
  return el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, upgrade.name),
    cell("From", (upgrade.installed ?? []).join(", ") || "not known"),
    cell("To", el("strong", {}, upgrade.to)),
    cell("Where", el("span", { class: "breakable" }, upgrade.path || upgrade.image || "\u2013")),
    cell("Worst", severityBadge(upgrade.severity)),
    el("td", { role: "cell", class: "num", "data-label": "Closes" }, el("a", { href: address }, many(upgrade.closes.length, "finding"))));
}
