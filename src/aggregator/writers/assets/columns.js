// @ts-check
// The columns of the list: what each shows, and how it sorts.

/**
 * @typedef {object} Column
 * @property {string} id
 * @property {string} name
 * @property {(row: Row, app: App) => Child | Child[]} cell
 * @property {(row: Row, app: App) => number | string} by what it sorts by; smaller first, `NaN` and "" last
 * @property {boolean} [num]
 * @property {boolean} [downFirst] the first press sorts from the largest down
 */

const NONE = "\u2013";

/** @param {string[]} list @param {number} [most] */
function someOf(list, most = 2) {
  if (!list.length) return el("span", { class: "zero" }, NONE);
  const rest = list.length - most;
  return el("span", { title: list.join(", ") }, list.slice(0, most).join(", "), rest > 0 && el("span", { class: "note" }, ` +${rest}`));
}

/** @param {string[]} names */
const people = (names) => (names.length ? el("span", { class: "clip", title: names.join(", ") }, names[0], names.length > 1 && el("span", { class: "note" }, ` +${names.length - 1}`)) : el("span", { class: "zero" }, NONE));

/** @param {string} text */
const clipped = (text) => (text ? el("span", { class: "clip", title: text }, text) : el("span", { class: "zero" }, NONE));

/** @param {Row} row @param {App} app */
function slaCell(row, app) {
  const timed = row.standing === "breached" || row.standing === "approaching" || row.standing === "within";
  return standingBadge(row.standing, timed ? clockWords(row.due, app.now) : row.status === "closed" ? NONE : word(row.standing));
}

/** @param {Row} row */
function statusCell(row) {
  const change = changeOf(row);
  return [el("span", { class: `status is-${row.status}` }, word(row.status)), ["new", "reopened", "updated"].includes(change) && el("span", { class: `change is-${change}` }, word(change))];
}

/** @param {Row} row @param {App} app */
function findingCell(row, app) {
  return [
    el("a", { class: "title", href: writeAddress({ ...app.view, finding: row.key }), "data-key": row.key, title: row.title }, row.title),
    el("span", { class: "where", title: row.where }, row.is_kev && el("span", { class: "flag" }, "Known exploited"), row.where, app.hasProducts && row.product && el("span", { class: "of" }, row.product)),
  ];
}

/** @param {Row} row */
function ticketCell(row) {
  if (!row.tickets.length) return el("span", { class: "zero" }, NONE);
  const [first] = row.tickets;
  const short = first.url.split("/").at(-1) || first.url;
  return [outside(first.url, /^\d+$/.test(short) ? `#${short}` : short), el("span", { class: "note" }, ` ${ticketState(first) === "unread" ? "" : ticketState(first)}`), row.tickets.length > 1 && el("span", { class: "note" }, ` +${row.tickets.length - 1}`)];
}

const rankOf = (/** @type {readonly string[]} */ order) => (/** @type {string} */ value) => order.indexOf(value);
const severityRank = rankOf(SEVERITIES);
const standingRank = rankOf(STANDINGS);
const statusRank = rankOf(STATUSES);

/** @type {Column[]} */
const COLUMNS = [
  { id: "severity", name: "Severity", cell: (row) => severityBadge(row.severity), by: (row) => severityRank(row.severity) },
  { id: "risk", name: "Risk", num: true, downFirst: true, cell: (row) => (row.risk === null ? NONE : row.risk), by: (row) => row.risk ?? NaN },
  { id: "finding", name: "Finding", cell: findingCell, by: (row) => row.title.toLowerCase() },
  { id: "kind", name: "Kind", cell: (row) => word(row.kind), by: (row) => word(row.kind) },
  { id: "tool", name: "Tools", cell: (row) => someOf(row.tools, row.tools.length > 2 ? 1 : 2), by: (row) => row.tools.join().toLowerCase() },
  { id: "product", name: "Product", cell: (row) => clipped(row.product), by: (row) => row.product.toLowerCase() },
  { id: "env", name: "Environment", cell: (row) => clipped(row.environment), by: (row) => row.environment.toLowerCase() },
  { id: "sla", name: "SLA", cell: slaCell, by: (row) => standingRank(row.standing) * 1e15 + (Number.isNaN(row.due) ? 9e14 : row.due) },
  { id: "age", name: "Age", num: true, downFirst: true, cell: (row, app) => (Number.isNaN(ageOf(row, app.now)) ? NONE : days(ageOf(row, app.now))), by: (row, app) => ageOf(row, app.now) },
  { id: "status", name: "Status", cell: statusCell, by: (row) => statusRank(row.status) },
  { id: "owner", name: "Owner", cell: (row) => people(row.owners), by: (row) => row.owners.join().toLowerCase() },
  { id: "assignee", name: "Assignee", cell: (row) => people(row.assignees), by: (row) => row.assignees.join().toLowerCase() },
  { id: "ticket", name: "Ticket", cell: ticketCell, by: (row) => row.tickets.map((ticket) => ticket.url).join() },
  { id: "rule", name: "Rule", cell: (row) => clipped(row.rule_id), by: (row) => row.rule_id.toLowerCase() },
  { id: "package", name: "Package", cell: (row) => clipped(row.package), by: (row) => row.package.toLowerCase() },
  { id: "names", name: "CVE, CWE", cell: (row) => someOf([...row.vulnerability_ids, ...row.weaknesses.map((cwe) => `CWE-${cwe}`)], 1), by: (row) => row.vulnerability_ids[0] ?? (row.weaknesses.length ? `CWE-${String(row.weaknesses[0]).padStart(6, "0")}` : "") },
  { id: "first", name: "First seen", cell: (row) => timeEl(row.firstSeen) || NONE, by: (row) => row.firstSeen },
  { id: "last", name: "Last seen", cell: (row) => timeEl(row.lastSeen) || NONE, by: (row) => row.lastSeen },
  { id: "id", name: "Id", cell: (row) => el("code", {}, row.id), by: (row) => row.id },
];
const USUAL_COLUMNS = ["severity", "risk", "finding", "tool", "sla", "status", "owner"];

/** The columns of a view; the finding itself is always there. @param {View} view */
function columnsOf(view) {
  const wanted = new Set([...(view.columns ?? USUAL_COLUMNS), "finding"]);
  return COLUMNS.filter((column) => wanted.has(column.id));
}

/** @param {number | string} value */
const isMissing = (value) => value === "" || Number.isNaN(value);

/** The rows in the order of the view; equal ones stay worst first, and what nobody knows comes last either way. @param {number[]} places @param {App} app */
function sorted(places, app) {
  const column = COLUMNS.find(({ id }) => id === app.view.sort.replace(/^-/, ""));
  if (!column) return places;
  const sign = app.view.sort.startsWith("-") ? -1 : 1;
  const keyed = places.map((place) => ({ place, key: column.by(app.rows[place], app) }));
  keyed.sort((one, other) => {
    const missing = Number(isMissing(one.key)) - Number(isMissing(other.key));
    if (missing || isMissing(one.key)) return missing || one.place - other.place;
    return sign * (one.key < other.key ? -1 : one.key > other.key ? 1 : 0) || one.place - other.place;
  });
  return keyed.map(({ place }) => place);
}
