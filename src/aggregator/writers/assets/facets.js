// @ts-check
// What the list can be narrowed by, and the index that counts it: each facet's values as numbers, once for all rows.

/**
 * @typedef {object} Facet
 * @property {string} id its name in addresses
 * @property {string} name
 * @property {(row: Row, now: number) => readonly string[]} of the values of a row, at least one
 * @property {readonly string[]} [order] the order of its values; otherwise the most frequent come first
 * @property {string} [none] what "" is called
 * @property {(value: string) => string} [label]
 */

const NOTHING = Object.freeze([""]);
const AGES = ["under 7 days", "7 to 30 days", "30 to 90 days", "90 days to a year", "over a year", "unknown"];
const AGE_LIMITS = [7, 30, 90, 365, Infinity];
const OPEN_STATUSES = ["active", "verified"];
const STATUSES = [...OPEN_STATUSES, "risk_accepted", "mitigated", "false_positive", "not_affected", "out_of_scope", "suppressed", "closed"];

/** @param {Row} row */
const isOpen = (row) => row.status === "active" || row.status === "verified";

/** Reopened in the run that saw it last. @param {Row} row */
const isBack = (row) => !Number.isNaN(row.reopened) && row.reopened === row.lastSeen && row.observation === "observed";

/** Against the run before; what came back is new there, and called by its own name. @param {Row} row */
const changeOf = (row) => (row.baseline === "new" && isBack(row) ? "reopened" : row.baseline ?? "");

/** Days from the clock's start to the closing, or to now. @param {Row} row @param {number} now */
function ageOf(row, now) {
  const start = Number.isNaN(row.clockStart) ? row.firstSeen : row.clockStart;
  return daysBetween(start, Number.isNaN(row.closed) ? now : row.closed);
}

/** @param {Row} row @param {number} now */
function ageGroup(row, now) {
  const age = ageOf(row, now);
  return Number.isNaN(age) ? AGES[5] : AGES[AGE_LIMITS.findIndex((limit) => age < limit)];
}

/** `a/b/c.py` is in `a/` and in `a/b/`. @param {string} path */
function foldersOf(path) {
  const parts = path.split("/").slice(0, -1).slice(0, 3);
  return path ? (parts.length ? parts.map((_, depth) => `${parts.slice(0, depth + 1).join("/")}/`) : ["./"]) : NOTHING;
}

/** @param {Ticket} ticket */
const ticketState = (ticket) => (ticket.is_open === true ? "open" : ticket.is_open === false ? "resolved" : "unread");

/** @template T @param {T[]} list @returns {T[]} */
const distinct = (list) => (list.length < 2 ? list : [...new Set(list)]);

/** @param {string[]} list */
const orNothing = (list) => (list.length ? distinct(list) : NOTHING);

/** @type {Facet[]} */
const FACETS = [
  { id: "severity", name: "Severity", of: (row) => [row.severity], order: SEVERITIES, label: word },
  { id: "sla", name: "SLA", of: (row) => [row.standing], order: STANDINGS, label: word },
  { id: "status", name: "Status", of: (row) => [row.status], order: STATUSES, label: word },
  { id: "change", name: "Since the last run", of: (row) => [changeOf(row)], order: ["new", "reopened", "updated", "unchanged", "absent", ""], label: word, none: "Nothing to compare" },
  { id: "kind", name: "Kind", of: (row) => [row.kind], label: word },
  { id: "tool", name: "Tool", of: (row) => orNothing(row.tools), none: "Unknown" },
  { id: "type", name: "Product type", of: (row) => [row.product_type], none: "None given" },
  { id: "product", name: "Product", of: (row) => [row.product], none: "None given" },
  { id: "env", name: "Environment", of: (row) => [row.environment], none: "None given" },
  { id: "owner", name: "Owner", of: (row) => orNothing(row.owners), none: "Nobody" },
  { id: "assignee", name: "Assignee", of: (row) => orNothing(row.assignees), none: "Nobody" },
  { id: "ticket", name: "Ticket", of: (row) => orNothing(row.tickets.map(ticketState)), order: ["open", "resolved", "unread", ""], none: "No ticket", label: (value) => ({ open: "Open", resolved: "Resolved", unread: "State not read" })[value] ?? value },
  { id: "age", name: "Age", of: (row, now) => [ageGroup(row, now)], order: AGES, label: (value) => value[0].toUpperCase() + value.slice(1) },
  { id: "kev", name: "Known exploited (KEV)", of: (row) => [row.is_kev ? "yes" : "no"], order: ["yes", "no"], label: (value) => (value === "yes" ? "In the catalogue" : "Not in it") },
  { id: "seen", name: "In the last run", of: (row) => [row.observation], order: ["observed", "not_covered", "held"], label: word },
  { id: "path", name: "Folder", of: (row) => foldersOf(row.path), none: "No file", label: (value) => (value === "./" ? "(top level)" : value) },
];

/** @param {string} id */
const facetNamed = (id) => FACETS.find((facet) => facet.id === id);

/** @param {Facet} facet @param {string} value */
const valueLabel = (facet, value) => (value === "" ? (facet.none ?? "None") : (facet.label?.(value) ?? value));

/** @typedef {{facet: Facet, values: string[], codeOf: Map<string, number>, starts: Uint32Array, codes: Uint32Array}} FacetIndex */

/** @param {Facet} facet @param {Row[]} rows @param {number} now @returns {FacetIndex} */
function indexFacet(facet, rows, now) {
  /** @type {Map<string, number>} */
  const codeOf = new Map();
  const starts = new Uint32Array(rows.length + 1);
  /** @type {number[]} */
  const codes = [];
  rows.forEach((row, at) => {
    for (const value of facet.of(row, now)) {
      if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
      codes.push(/** @type {number} */ (codeOf.get(value)));
    }
    starts[at + 1] = codes.length;
  });
  return { facet, values: [...codeOf.keys()], codeOf, starts, codes: Uint32Array.from(codes) };
}

/** Whether each row has one of the values. @param {FacetIndex} index @param {Set<string>} wanted @param {number} count */
function chosenRows(index, wanted, count) {
  const isWanted = new Uint8Array(index.values.length);
  for (const value of wanted) {
    const code = index.codeOf.get(value);
    if (code !== undefined) isWanted[code] = 1;
  }
  const passes = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) {
    for (let at = index.starts[row]; at < index.starts[row + 1]; at += 1) {
      if (isWanted[index.codes[at]]) { passes[row] = 1; break; }
    }
  }
  return passes;
}

/** Words and "quoted words"; each has to be there, `-word` must not. @param {string} query */
function termsOf(query) {
  const found = query.toLowerCase().matchAll(/(-?)(?:"([^"]+)"?|(\S+))/g);
  return [...found].map((match) => ({ not: match[1] === "-", text: match[2] ?? match[3] })).filter((term) => term.text);
}

/** @typedef {{rows: number[], counts: Map<string, Uint32Array>}} Chosen */

/**
 * The rows that pass everything, in their own order, and for each facet how many rows each of its values has among
 * those that pass everything else.
 * @param {Row[]} rows @param {FacetIndex[]} indexes @param {Map<string, Set<string>>} chosen
 * @param {string} query @param {Upgrade | undefined} upgrade whose findings alone are wanted
 * @returns {Chosen}
 */
function select(rows, indexes, chosen, query, upgrade) {
  const closes = new Set(upgrade?.closes);
  const terms = termsOf(query);
  const active = indexes.filter((index) => chosen.get(index.facet.id)?.size);
  const passes = active.map((index) => chosenRows(index, /** @type {Set<string>} */ (chosen.get(index.facet.id)), rows.length));
  const counts = new Map(indexes.map((index) => [index.facet.id, new Uint32Array(index.values.length)]));
  const selected = [];
  for (let at = 0; at < rows.length; at += 1) {
    let failed = -1;
    let failures = 0;
    for (let which = 0; which < passes.length && failures < 2; which += 1) {
      if (!passes[which][at]) { failures += 1; failed = which; }
    }
    if (failures > 1 || (upgrade && !isClosedBy(rows[at], upgrade, closes)) || !hasTerms(rows[at].haystack, terms)) continue;
    if (failures === 0) selected.push(at);
    for (const index of failures ? [active[failed]] : indexes) {
      const count = /** @type {Uint32Array} */ (counts.get(index.facet.id));
      for (let code = index.starts[at]; code < index.starts[at + 1]; code += 1) count[index.codes[code]] += 1;
    }
  }
  return { rows: selected, counts };
}

/** Whether an upgrade closes the finding: lines of one product can hold findings of one id. @param {Row} row @param {Upgrade} upgrade @param {Set<string>} closes */
const isClosedBy = (row, upgrade, closes) => row.line === (upgrade.line ?? 0) && closes.has(row.id);

/** @param {string} haystack @param {{not: boolean, text: string}[]} terms */
const hasTerms = (haystack, terms) => terms.every((term) => haystack.includes(term.text) !== term.not);

/** The facet's values as they are listed: chosen and counted ones. @param {FacetIndex} index @param {Uint32Array} counts @param {Set<string>} chosen */
function listedValues(index, counts, chosen) {
  const listed = index.values.map((value, code) => ({ value, count: counts[code] }));
  for (const value of chosen) if (!index.codeOf.has(value)) listed.push({ value, count: 0 });
  const { order } = index.facet;
  const rank = order ? (/** @type {string} */ value) => order.indexOf(value) : () => 0;
  return listed.sort((one, other) => rank(one.value) - rank(other.value) || other.count - one.count || (one.value < other.value ? -1 : 1));
}
