// @ts-check
// The posture at a glance. Every number leads to the findings that it counts.

/** A number that leads to its findings; 0 leads nowhere. @param {View} view @param {number} count @param {Record<string, string[]>} values @param {string} words what a screen reader adds */
function countLink(view, count, values, words) {
  if (!count) return el("span", { class: "zero" }, "0");
  return el("a", { href: listAddress(view, values) }, number(count), el("span", { class: "unseen" }, ` ${words}`));
}

/** @param {string} severity */
const severityBadge = (severity) => el("span", { class: `badge sev-${severity.toLowerCase()}` }, word(severity));

/** @param {string} standing @param {Child} [words] */
const standingBadge = (standing, words = word(standing)) => el("span", { class: `standing is-${standing}` }, words);

/** @param {string} name @param {Child} value @param {Child[]} notes @param {string} [tone] */
function figure(name, value, notes, tone = "") {
  return el("li", { class: `card figure ${tone}` }, el("h3", {}, name), el("p", { class: "big" }, value), notes.filter(Boolean).map((note) => el("p", { class: "note" }, note)));
}

/** @param {App} app */
function drawOverview(app) {
  const rows = app.scopedRows();
  const shown = app.scopedLines();
  const moved = movement(rows, app.now, app.lines);
  const place = byId("overview");
  if (!rows.length) return refill(place, ...nothingFound(app, shown));
  refill(place,
    ...notices(app, shown),
    el("section", { "aria-labelledby": "title-figures" }, el("h2", { id: "title-figures", class: "unseen" }, "Key figures"), el("ul", { class: "figures" }, ...figures(app, rows, moved, shown))),
    el("div", { class: "glance" }, severityCard(app, moved), changeCard(app, moved, shown), lookCard(app, shown)),
    section("Trend", "charts", trendCharts(shown)),
    wholeNote(app),
    section("Where they are", "breakdowns", breakdowns(app, moved.open, rows)));
}

/** @param {string} title @param {string} kind @param {Child[]} parts */
function section(title, kind, parts) {
  const id = `title-${kind}`;
  return parts.some(Boolean) && el("section", { "aria-labelledby": id }, el("h2", { id }, title), el("div", { class: kind }, ...parts));
}

/** What to know before believing the numbers: the gate's word, and what was not looked at. @param {App} app @param {Line[]} shown @returns {Child[]} */
function notices(app, shown) {
  const blocked = shown.filter((line) => line.ruling === "fail");
  const passed = shown.filter((line) => line.ruling === "pass");
  const gapped = shown.map((line) => ({ line, words: gapWords(line) })).filter(({ words }) => words);
  const names = (/** @type {Line[]} */ lines) => `${lines.slice(0, 4).map(lineName).join(", ")}${lines.length > 4 ? ` and ${number(lines.length - 4)} more` : ""}`;
  const isOne = shown.length === 1;
  return [
    blocked.length > 0 && notice("bad", "Gate blocked.", isOne ? blocked[0].ruling_reason ?? "" : `${names(blocked)}.`),
    passed.length > 0 && notice("good", "Gate passed.", isOne ? passed[0].ruling_reason ?? "" : passed.length === shown.length ? "In every product line." : `${names(passed)}.`),
    gapped.length > 0 && notice("warn", "Not everything was looked at.", isOne ? `${gapped[0].words} ` : `${names(gapped.map(({ line }) => line))}. `, "What was not looked at is not called fixed. ", el("a", { href: writeAddress({ ...app.view, view: "scanners", finding: "" }) }, "What each scanner saw")),
  ];
}

/** `Failed: Trivy; partial: Semgrep.` @param {Line} line */
function gapWords(line) {
  const missed = ["failed", "missing", "partial", "not_scanned"].map((look) => ({ look, tools: distinct((line.scans ?? []).filter((scan) => scan.look === look).map((scan) => scan.tool)) }));
  const words = missed.filter(({ tools }) => tools.length).map(({ look, tools }) => `${word(look).toLowerCase()}: ${tools.join(", ")}`).join("; ");
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/** Runs remember totals of a line, not of the products in it. @param {App} app */
function wholeNote(app) {
  const part = app.partLines();
  return part.length > 0 && el("p", { class: "note" }, `The trend, the folded duplicates and the scanners are those of ${part.map(lineName).join(", ")} as a whole: runs remember no parts of it.`);
}

/** @param {string} tone @param {string} title @param {...Child} words */
const notice = (tone, title, ...words) => el("p", { class: `notice ${tone}` }, el("strong", {}, title), " ", ...words);

/** @param {Line} line */
const lineName = (line) => [line.product || "No product", line.environment, line.branch, line.state_key].filter(Boolean).join(" / ");

/** @param {App} app @param {Row[]} rows @param {Movement} moved @param {Line[]} shown */
function figures(app, rows, moved, shown) {
  const { view, now } = app;
  const clock = clocks(moved);
  const mean = meanDays(moved.closed);
  const tickets = ticketCounts(rows);
  const urgent = moved.open.filter((row) => row.severity === "CRITICAL" || row.severity === "HIGH").length;
  const inTime = clock.soon + clock.within;
  return [
    figure("Open findings", el("a", { href: listAddress(view, {}) }, number(moved.open.length)), [
      countedNote(view, urgent, { severity: ["CRITICAL", "HIGH"] }, "critical or high"),
      countedNote(view, moved.open.filter((row) => row.is_kev).length, { kev: ["yes"] }, "known to be exploited")]),
    figure("Past SLA", clock.timed ? countLink(view, clock.late.length, { sla: ["breached"] }, "findings past their SLA") : "\u2013", [
      clock.oldest ? ["Oldest: ", el("a", { href: writeAddress({ ...readAddress(listAddress(view, { sla: ["breached"] })), finding: clock.oldest.key }) }, clockWords(clock.oldest.due, now))] : clock.timed ? "Nothing is late." : "No SLA is set.",
      clock.soon ? countedNote(view, clock.soon, { sla: ["approaching"] }, "due soon") : null].map(joined), clock.late.length ? "tone-bad" : ""),
    figure("SLA compliance", clock.timed ? percent(inTime, clock.timed) : "\u2013", [
      clock.timed ? `${number(inTime)} of ${number(clock.timed)} open ones are in time.` : "No open finding has an SLA.",
      clock.closedTimed ? `${number(clock.closedInTime)} of ${number(clock.closedTimed)} were fixed in time.` : null]),
    figure("Time to remediate", Number.isNaN(mean.all) ? "\u2013" : days(mean.all), [
      mean.count ? `Mean over ${many(mean.count, "fixed finding")}.` : "Nothing has been fixed so far.",
      mean.by.length > 1 ? mean.by.slice(0, 2).map(({ severity, days: each }) => `${word(severity)} ${days(each)}`).join(", ") : null]),
    figure("Tickets", tickets.all ? number(tickets.open + tickets.unread) : "0", tickets.all ? [
      `${tickets.unread ? "open, or not read" : "open"}; ${number(tickets.resolved)} resolved.`,
      tickets.without ? countedNote(view, tickets.without, { ticket: [""] }, `open ${tickets.without === 1 ? "finding" : "findings"} without one`) : "Every open finding has one."] : ["No finding has a ticket."]),
    foldingFigure(folding(shown), rows),
  ];
}

/** Several pieces as one note. @param {Child | Child[]} note @returns {Child} */
const joined = (note) => (Array.isArray(note) ? el("span", {}, ...note) : note);

/** @param {View} view @param {number} count @param {Record<string, string[]>} values @param {string} words */
function countedNote(view, count, values, words) {
  return count ? el("span", {}, el("a", { href: listAddress(view, values) }, `${number(count)} ${words}`)) : `None ${words}`;
}

/** @param {Record<string, number> | null} folded @param {Row[]} rows */
function foldingFigure(folded, rows) {
  const several = rows.filter((row) => row.tools.length > 1).length;
  const agreed = several ? `${many(several, "finding")} reported by several tools.` : null;
  if (!folded) return figure("Folded duplicates", "\u2013", ["A state does not keep what was read.", agreed]);
  const terms = [`${number(folded.unique)} unique`, ...["merged", "suppressed", "refused"].filter((name) => folded[name]).map((name) => `${number(folded[name])} ${name}`)];
  const parts = [`${number(folded.reported)} reported = ${terms.join(" + ")}.`];
  return figure("Folded duplicates", folded.reported ? percent(folded.merged, folded.reported) || "0" : "\u2013", [...parts, agreed]);
}

/** @param {App} app @param {Movement} moved */
function severityCard(app, moved) {
  const shownStandings = ["breached", "approaching", "within", "none"];
  const count = (/** @type {string} */ severity, /** @type {string} */ standing) => moved.open.filter((row) => (!severity || row.severity === severity) && (!standing || row.standing === standing)).length;
  const most = Math.max(1, ...SEVERITIES.map((severity) => count(severity, "")));
  const cells = (/** @type {string} */ severity) => shownStandings.map((standing) => {
    const words = `${severity ? word(severity).toLowerCase() : "open"}, ${word(standing).toLowerCase()}`;
    return el("td", { class: "num" }, countLink(app.view, count(severity, standing), { ...(severity && { severity: [severity] }), sla: [standing] }, words));
  });
  return el("section", { class: "card", "aria-labelledby": "title-severity" },
    el("h2", { id: "title-severity" }, "Open by severity and SLA"),
    el("table", { class: "matrix" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Severity"), el("td", { class: "bar-cell", "aria-hidden": "true" }), shownStandings.map((standing) => el("th", { scope: "col", class: "num" }, standingBadge(standing))), el("th", { scope: "col", class: "num" }, "Open"))),
      el("tbody", {}, SEVERITIES.map((severity) => el("tr", {},
        el("th", { scope: "row" }, severityBadge(severity)),
        el("td", { class: "bar-cell", "aria-hidden": "true" }, stackedBar(shownStandings.map((standing) => ({ mark: standing, count: count(severity, standing) })), most)),
        cells(severity),
        el("td", { class: "num total" }, countLink(app.view, count(severity, ""), { severity: [severity] }, `${word(severity).toLowerCase()}, open`))))),
      el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "All"), el("td", { class: "bar-cell", "aria-hidden": "true" }), cells(""), el("td", { class: "num total" }, countLink(app.view, moved.open.length, {}, "open"))))));
}

/** @param {{mark: string, count: number}[]} parts @param {number} most */
function stackedBar(parts, most) {
  const bar = el("span", { class: "bar" });
  for (const { mark, count } of parts) {
    if (!count) continue;
    const part = el("i", { class: `back-${mark}` });
    part.style.width = `${(100 * count) / most}%`;
    bar.append(part);
  }
  return bar;
}

/** @param {App} app @param {Movement} moved @param {Line[]} shown */
function changeCard(app, moved, shown) {
  const { view } = app;
  const isFirst = shown.length > 0 && shown.every((line) => line.is_baseline);
  const line = (/** @type {string} */ name, /** @type {Child} */ run, /** @type {number} */ month, /** @type {string} */ mark) =>
    el("tr", {}, el("th", { scope: "row" }, el("span", { class: `change is-${mark}` }, name)), el("td", { class: "num" }, run), el("td", { class: "num" }, number(month)));
  return el("section", { class: "card", "aria-labelledby": "title-change" },
    el("h2", { id: "title-change" }, "What changed"),
    el("table", { class: "matrix" },
      el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col", class: "num" }, "Last run"), el("th", { scope: "col", class: "num" }, "30 days"))),
      el("tbody", {},
        line("New", countLink(view, moved.fresh.length, { change: ["new"] }, "new since the last run"), moved.month.fresh, "new"),
        line("Fixed", countLink(view, moved.fixed.length, { change: ["absent"], status: [ANY] }, "fixed in the last run"), moved.month.fixed, "absent"),
        line("Reopened", countLink(view, moved.back.length, { change: ["reopened"] }, "reopened in the last run"), moved.month.back, "reopened"))),
    el("p", { class: "note" }, isFirst ? "This is the first run: there is nothing to compare with, so nothing is called new." : "Fixed means: the same scanner looked at the same place again and did not find it."));
}

/** How the scans ended, and since when what was missed has not been looked at. @param {App} app @param {Line[]} shown */
function lookCard(app, shown) {
  const scans = shown.flatMap((line) => line.scans ?? []);
  const counts = tally(scans.map((scan) => scan.look));
  const missed = scans.filter((scan) => scan.look !== "complete" && scan.look !== "remembered");
  const oldest = Math.min(...missed.map((scan) => time(scan.covered_at)).filter((at) => !Number.isNaN(at)));
  const never = missed.filter((scan) => scan.look !== "missing" && !scan.covered_at).length;
  return el("section", { class: "card", "aria-labelledby": "title-looks" }, el("h2", { id: "title-looks" }, "Scanners"),
    el("ul", { class: "looks" }, LOOKS.filter((look) => counts.get(look)).map((look) => el("li", {}, el("span", { class: `look is-${look}` }, word(look)), el("span", { class: "num" }, number(counts.get(look) ?? 0))))),
    el("p", { class: "note" }, !scans.length && "Nothing is known about what was looked at. ", Number.isFinite(oldest) && `Longest without a complete look: since ${date(oldest)}. `, never > 0 && `Of ${many(never, "scan")} no complete look is remembered. `, el("a", { href: writeAddress({ ...app.view, view: "scanners", finding: "" }) }, "What each scanner saw")));
}

const LOOKS = ["failed", "missing", "partial", "not_scanned", "complete", "remembered"];

/** @param {App} app @param {Row[]} open @param {Row[]} rows */
function breakdowns(app, open, rows) {
  const wanted = [["type", open], ["product", open], ["env", open], ["tool", open], ["kind", open], ["owner", open], ["age", open], ["status", rows], ["path", open]];
  return wanted.map(([id, counted]) => breakdown(app, /** @type {Facet} */ (facetNamed(String(id))), /** @type {Row[]} */ (counted)));
}

const MOST_BARS = 7;

/** How the findings are spread over a facet's values; nothing where there is one value only that says nothing. @param {App} app @param {Facet} facet @param {Row[]} rows */
function breakdown(app, facet, rows) {
  const counts = [...tally(rows.flatMap((row) => (facet.id === "path" ? facet.of(row, app.now).slice(0, 1).filter(Boolean) : [...facet.of(row, app.now)])))];
  if (counts.length < 2 && (SCOPE_FACETS.includes(facet.id) || !counts[0]?.[0])) return null;
  const order = facet.order;
  counts.sort((one, other) => (order ? order.indexOf(one[0]) - order.indexOf(other[0]) : other[1] - one[1]) || (one[0] < other[0] ? -1 : 1));
  const most = Math.max(...counts.map(([, count]) => count));
  const title = facet.id === "status" ? "By status, closed ones too" : `By ${facet.name.toLowerCase()}`;
  const id = `by-${facet.id}`;
  const item = (/** @type {[string, number]} */ [value, count]) => {
    const label = valueLabel(facet, value);
    return el("li", {}, el("a", { href: listAddress(app.view, { [facet.id]: [value] }), title: label }, label), stackedBar([{ mark: "accent", count }], most), el("span", { class: "num" }, number(count)));
  };
  const rest = counts.slice(MOST_BARS);
  return el("section", { class: "card", "aria-labelledby": id }, el("h3", { id }, title),
    el("ul", { class: "bars" }, counts.slice(0, MOST_BARS).map(item)),
    rest.length > 0 && el("details", {}, el("summary", {}, `${number(rest.length)} more`), el("ul", { class: "bars" }, cutAt(rest, 200, item))),
    facet.id === "tool" && el("p", { class: "note" }, "A finding counts once for each tool that reports it."));
}

/** @param {App} app @param {Line[]} shown @returns {Child[]} */
function nothingFound(app, shown) {
  const scans = shown.flatMap((line) => line.scans ?? []);
  const complete = scans.filter((scan) => scan.look === "complete");
  const isWhole = scans.length > 0 && complete.length === scans.length;
  const words = !scans.length ? "No scanner has reported yet, so this says nothing about the product."
    : isWhole ? `${many(complete.length, "scan")} looked${complete.length > 1 ? ", all of them" : ""} to the end. Here is what was looked at.`
      : `${number(complete.length)} of ${many(scans.length, "scan")} looked to the end. Here is what was looked at, and what was not.`;
  return [
    ...notices(app, shown),
    el("div", { class: "card empty" }, el("h2", {}, "Nothing found"), el("p", {}, words)),
    ...scannerParts(app, shown),
    section("Trend", "charts", trendCharts(shown)),
  ];
}
