// @ts-check
// One finding with everything that is known about it.

/** Open it over the page. @param {App} app @param {Row} row */
async function showFinding(app, row) {
  const drawer = byId("finding");
  const detail = await detailOf(row, app.chunk);
  if (app.view.finding !== row.key) return;
  refill(drawer, ...findingParts(app, row, detail));
  drawer.dataset.key = row.key;
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  byId("finding-title").focus({ preventScroll: true });
}

/** @param {App} app @param {Row} row @param {any} detail @returns {Child[]} */
function findingParts(app, row, detail) {
  const known = detail.finding;
  return [
    findingBar(app, row, detail),
    el("div", { class: "drawer-body" },
      el("p", { class: "badges" }, severityBadge(row.severity), el("span", { class: "tag" }, word(row.kind)), el("span", { class: `status is-${row.status}` }, word(row.status)), row.baseline && el("span", { class: `change is-${changeOf(row)}` }, word(changeOf(row))), row.is_kev && el("span", { class: "flag" }, "Known exploited")),
      el("h2", { id: "finding-title", tabindex: "-1" }, row.title),
      el("p", { class: "where-line breakable" }, row.where),
      part("Clock", ...clockParts(row, app.now)),
      part("Why it matters", ...whyParts(known, detail)),
      part("How to fix it", ...fixParts(app, row, detail)),
      part("Where", ...whereParts(known, detail)),
      part("Risk", ...riskParts(known, row)),
      part("People", ...peopleParts(row, known)),
      part("Sources", ...sourceParts(known)),
      part("History", ...historyParts(known)),
      part("Names", ...nameParts(row, known))),
    el("p", { class: "unseen spoken", role: "status", "aria-live": "polite" }),
  ];
}

/** A titled part; nothing when there is nothing in it. @param {string} title @param {...Child} parts */
function part(title, ...parts) {
  const id = `part-${title.toLowerCase().replaceAll(" ", "-")}`;
  return parts.some(Boolean) && el("section", { class: "part", "aria-labelledby": id }, el("h3", { id }, title), ...parts);
}

/** @param {App} app @param {Row} row @param {any} detail */
function findingBar(app, row, detail) {
  const at = app.found.indexOf(row.place);
  const step = (/** @type {string} */ name, /** @type {number} */ to) => {
    const next = at < 0 ? undefined : app.rows[app.found[to]];
    return el("button", { type: "button", class: "quiet", disabled: !next, id: `finding-${name.toLowerCase()}`, onclick: () => next && app.open(next.key) }, name);
  };
  return el("div", { class: "drawer-bar" },
    step("Previous", at - 1), step("Next", at + 1), at >= 0 && el("span", { class: "note" }, `${number(at + 1)} of ${number(app.found.length)}`),
    el("span", { class: "spring" }),
    el("button", { type: "button", class: "quiet", id: "copy-link", onclick: () => copyText(location.href, "The link is copied.") }, "Copy link"),
    el("button", { type: "button", class: "quiet", id: "copy-markdown", onclick: () => copyText(findingMarkdown(row, detail, app.now), "The finding is copied as Markdown.") }, "Copy as Markdown"),
    el("button", { type: "button", class: "quiet", id: "close", "aria-label": "Close", onclick: () => app.open("") }, "Close"));
}

/** @param {string} text */
const paragraphs = (text) => text.split(/\n\s*\n/).map((each) => each.trim()).filter(Boolean).slice(0, 40).map((each) => el("p", { class: "told" }, each));

/** @param {any} known @param {any} detail @returns {Child[]} */
function whyParts(known, detail) {
  const messages = distinct(known.sources.map((/** @type {any} */ source) => source.message).filter(Boolean)).slice(0, 6);
  const parts = [...messages, detail.why ?? ""].flatMap((text) => paragraphs(String(text)));
  return parts.length ? parts : [el("p", { class: "note" }, known.sources.length ? "The tools say no more than the title." : "No report of the last run has it, so there is only its title.")];
}

/** @param {App} app @param {Row} row @param {any} detail @returns {Child[]} */
function fixParts(app, row, detail) {
  const upgrades = app.upgradesOf(row);
  const steps = upgrades.map(({ upgrade, place }) => el("p", { class: "told" }, "Upgrade ", el("strong", {}, upgrade.name), (upgrade.installed ?? []).length > 0 && ` from ${(upgrade.installed ?? []).join(", ")}`, " to ", el("strong", {}, upgrade.to), (upgrade.path || upgrade.image) && el("span", {}, " in ", el("code", {}, upgrade.path || upgrade.image)), ". ",
    el("a", { href: writeAddress({ ...firstView(), view: "findings", upgrade: String(place) }) }, upgrade.closes.length === 1 ? "It closes this finding." : `It closes ${many(upgrade.closes.length, "finding")}.`)));
  const references = (detail.references ?? []).slice(0, 12);
  const told = paragraphs(detail.fix ?? "").filter((each) => !upgrades.some(({ upgrade }) => each.textContent?.startsWith(`Upgrade ${upgrade.name} `)));
  return [...steps, ...told, references.length > 0 && el("ul", { class: "links" }, references.map((/** @type {string} */ address) => el("li", {}, outside(address))))];
}

/** @param {any} place */
const placeWords = (place) => `${place.path}${place.start_line ? `:${place.start_line}` : ""}${place.end_line && place.end_line !== place.start_line ? `-${place.end_line}` : ""}`;

/** @param {any} known @param {any} detail @returns {Child[]} */
function whereParts(known, detail) {
  const seen = new Set();
  const isNew = (/** @type {any} */ place) => seen.size < seen.add(placeWords(place)).size;
  const places = known.locations.map((/** @type {any} */ place, /** @type {number} */ at) => isNew(place) && el("li", { class: "breakable" }, detail.links?.[at] ? outside(detail.links[at], placeWords(place)) : el("code", {}, placeWords(place)))).filter(Boolean);
  const { component, resource, endpoint } = known;
  const web = endpoint && `${endpoint.method} ${endpoint.host}${endpoint.path}`.trim();
  return [
    places.length > 0 && el("ul", { class: "links" }, cutAt(places, 50, (place) => place)),
    el("dl", { class: "facts" },
      fact("Product", [known.product_type, known.product].filter(Boolean).join(" / ")), fact("Environment", known.environment), fact("Branch", known.branch), fact("Commit", known.commit && el("code", {}, known.commit.slice(0, 12))),
      component && fact("Package", `${component.name} ${[component.version, ...(component.other_versions ?? [])].join(", ")}`), component && fact("Fixed in", component.fixed_versions.join(", ")), component && fact("Brought in by", component.path), component && fact("Image", component.image),
      resource && fact("Resource", el("span", { class: "breakable" }, resource.uid)), resource && fact("Cloud", [resource.provider, resource.account, resource.region].filter(Boolean).join(" / ")), resource && fact("Type", resource.type),
      endpoint && fact("Address", el("span", { class: "breakable" }, web)), endpoint && fact("Parameter", endpoint.parameter)),
  ];
}

/** @param {any} known @param {Row} row @returns {Child[]} */
function riskParts(known, row) {
  if (!known.risk) return row.risk === null ? [] : [el("p", {}, el("strong", {}, row.risk), " of 100.")];
  const term = (/** @type {any} */ each) => el("tr", {},
    el("th", { scope: "row" }, word(each.name)),
    el("td", { class: "num" }, each.points === null ? el("span", { class: "zero", title: "Nobody knows; it adds nothing" }, "not known") : each.points > 0 ? `+${each.points}` : String(each.points)),
    el("td", {}, each.why, (each.source || each.as_of) && el("span", { class: "note block" }, [each.source, each.as_of && `as of ${each.as_of}`].filter(Boolean).join(", "))));
  return [el("p", {}, el("strong", { class: "score" }, known.risk.score), " of 100"),
    el("table", { class: "plain" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Term"), el("th", { scope: "col", class: "num" }, "Points"), el("th", { scope: "col" }, "Why"))), el("tbody", {}, known.risk.terms.map(term)))];
}

/** @param {Row} row @param {any} known @returns {Child[]} */
function peopleParts(row, known) {
  const { decision } = known;
  const tickets = row.tickets.map((ticket) => el("li", {}, outside(ticket.url), el("span", { class: "note" }, ` ${{ open: "open", resolved: "resolved", unread: "state not read" }[ticketState(ticket)]}`)));
  return [
    el("dl", { class: "facts" }, fact("Owner", row.owners.join(", ") || "nobody"), fact("Assignee", row.assignees.join(", "))),
    decision && el("div", { class: "decision" }, el("p", {}, el("strong", {}, word(known.disposition)), decision.author && ` by ${decision.author}`, decision.origin && ` (${decision.origin})`, decision.decided_at && `, ${date(time(decision.decided_at))}`, decision.expires_at && `, until ${date(time(decision.expires_at) - 1)}`, decision.justification && `, ${decision.justification.replaceAll("_", " ")}`), decision.reason && el("p", { class: "told" }, decision.reason)),
    tickets.length > 0 && el("ul", { class: "links" }, tickets),
  ];
}

/** @param {any} known @returns {Child[]} */
function sourceParts(known) {
  const merges = known.merges.map((/** @type {any} */ merge) => el("li", {}, el("strong", {}, merge.tool), " ", el("code", {}, merge.rule_id), `: ${merge.key.replaceAll("-", " ")} (${merge.tier}).`, merge.inputs.length > 0 && el("span", { class: "note block" }, merge.inputs.join("; "))));
  const refused = known.runners_up.map((/** @type {any} */ other) => el("li", {}, el("strong", {}, other.tool), " ", el("code", {}, other.rule_id), ` at ${other.where}`, el("span", { class: "note block" }, other.veto)));
  const source = (/** @type {any} */ each) => el("li", {},
    el("p", {}, el("strong", {}, each.tool), " ", el("code", {}, each.rule_id), " ", severityBadge(each.severity), each.native_severity && el("span", { class: "note" }, ` its word: ${each.native_severity}`), each.confidence !== null && el("span", { class: "note" }, ` confidence ${each.confidence}`)),
    each.location && el("span", { class: "note block breakable" }, placeWords(each.location)),
    el("span", { class: "note block breakable" }, `${each.report}${each.pointer ? ` at ${each.pointer}` : ""}`));
  const earlier = known.sightings.map((/** @type {any} */ each) => el("li", {}, el("strong", {}, each.tool), " ", el("code", {}, each.rule_id), `, last on ${date(time(each.last_seen))}`, each.path && el("span", { class: "note block breakable" }, placeWords(each))));
  const group = (/** @type {string} */ title, /** @type {Child[]} */ items) => items.length > 0 && el("div", {}, el("h4", {}, title), el("ul", { class: "sources" }, cutAt(items, 50, (item) => item)));
  const carried = known.carried.map((/** @type {any} */ each) => el("li", {}, el("strong", {}, each.tool), " ", el("code", {}, each.rule_id), `: by ${each.key.replaceAll("-", " ")} (${each.tier}).`, each.inputs.length > 0 && el("span", { class: "note block" }, each.inputs.join("; "))));
  return [
    known.sources.length ? group(`Reported by ${many(known.sources.length, "entry", "entries")}`, known.sources.map(source)) : el("p", { class: "note" }, known.observation_reason || "No report of the last run has it."),
    group("Reported in earlier runs", earlier), group("Why they are one finding", merges), group("What was not merged, and why", refused), group("How it was recognised again", carried),
  ];
}

/** @param {any} known @returns {Child[]} */
function historyParts(known) {
  const steps = [...known.history].reverse().map((/** @type {any} */ step) => el("li", {}, el("span", { class: "when" }, timeEl(time(step.at), moment)), el("strong", {}, word(step.to)), step.run && el("span", { class: "note" }, ` in run ${step.run}`), step.reason && el("span", { class: "note block" }, step.reason)));
  const proof = known.closed_reason && known.history.at(-1)?.reason !== known.closed_reason && el("p", { class: "told" }, known.closed_reason);
  const changes = known.changes.length > 0 && el("ul", { class: "links" }, known.changes.map((/** @type {string} */ change) => el("li", {}, change)));
  return steps.length || proof || changes ? [proof, changes, steps.length > 0 && el("ol", { class: "timeline" }, steps)] : [el("p", { class: "note" }, "Nothing has changed since it was first seen.")];
}

/** @param {Row} row @param {any} known @returns {Child[]} */
function nameParts(row, known) {
  const named = row.vulnerability_ids.map((name) => (/^CVE-\d{4}-\d{4,}$/.test(name) ? outside(`https://www.cve.org/CVERecord?id=${name}`, name) : el("span", {}, name)));
  const weak = row.weaknesses.map((cwe) => outside(`https://cwe.mitre.org/data/definitions/${Number(cwe)}.html`, `CWE-${Number(cwe)}`));
  const list = (/** @type {Node[]} */ items) => items.length > 0 && el("span", { class: "inline" }, items);
  const related = known.related.map((/** @type {any} */ other) => el("li", {}, el("a", { href: `#view=findings&f=${encodeURIComponent(other.id)}` }, other.id), " ", other.reason));
  return [
    el("dl", { class: "facts" }, fact("Id", el("code", {}, row.id)), fact("Earlier ids", known.aliases.join(", ")), fact("Rule", el("code", { class: "breakable" }, row.rule_id)), fact("Vulnerability", list(named)), fact("Weakness", list(weak))),
    related.length > 0 && el("div", {}, el("h4", {}, "Same cause"), el("ul", { class: "links" }, related)),
  ];
}
