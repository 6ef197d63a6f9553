// @ts-check
// The data blocks of the page: JSON as it is, or base64 of zlib (RFC 1950).

/** @typedef {{url: string, is_open?: boolean | null}} Ticket */
/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {string} severity
 * @property {string} kind
 * @property {string} status
 * @property {number} line
 * @property {string} product
 * @property {string} product_type
 * @property {string} environment
 * @property {string} rule_id
 * @property {string[]} tools
 * @property {string} where
 * @property {string} path
 * @property {string} package
 * @property {string[]} vulnerability_ids
 * @property {number[]} weaknesses
 * @property {string | null} baseline
 * @property {string} observation
 * @property {string} disposition
 * @property {string} standing
 * @property {number | null} risk
 * @property {string[]} owners
 * @property {string[]} assignees
 * @property {Ticket[]} tickets
 * @property {boolean} is_kev
 * @property {number} firstSeen
 * @property {number} lastSeen
 * @property {number} clockStart
 * @property {number} due
 * @property {number} reopened
 * @property {number} closed
 * @property {number} place its place among all rows: worst first
 * @property {string} key its name in addresses
 * @property {string} haystack
 */
/** @typedef {{run: string, at: string, open: Record<string, number>, new?: number, fixed?: number, reopened?: number, approaching?: number, breached?: number, suppressed?: number, mean_days?: Record<string, number>}} Point */
/** @typedef {{tool: string, scope: string, look: string, covered_at?: string | null, tool_version?: string, report?: string, reason?: string, next_step?: string, covered?: number | null, unread?: number, results?: number, passed?: number, manual?: number, refused?: number}} Scan */
/** @typedef {{product: string, at: string, product_type?: string, environment?: string, branch?: string, commit?: string, run?: string, url?: string, is_baseline?: boolean, totals?: any, ruling?: string, ruling_reason?: string, trend?: Point[], scans?: Scan[], diagnostics?: any[]}} Line */
/** @typedef {{purl: string, name: string, to: string, severity: string, closes: string[], line?: number, path?: string, image?: string, installed?: string[]}} Upgrade */
/** @typedef {{generated_at: string, title: string, generator: string, chunk: number, lines: Line[], rows: any[], upgrades: Upgrade[]}} Index */

/** @param {string} id @returns {Promise<any>} */
async function readBlock(id) {
  const block = byId(id);
  if (block.type === "application/json") return JSON.parse(block.textContent);
  const bytes = Uint8Array.from(atob(block.textContent), (mark) => mark.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const NO_ROW = {
  line: 0, product: "", product_type: "", environment: "", rule_id: "", tools: [], where: "", path: "",
  package: "", vulnerability_ids: [], weaknesses: [], baseline: null, observation: "observed",
  disposition: "open", standing: "none", risk: null, owners: [], assignees: [], tickets: [], is_kev: false,
};

/** @param {any} raw @param {number} place @param {Set<string>} keys @returns {Row} */
function rowOf(raw, place, keys) {
  const key = keys.has(raw.id) ? `${raw.id}~${place}` : raw.id;
  keys.add(key);
  const row = { ...NO_ROW, ...raw, place, key, title: visible(raw.title).trim() || "Untitled",
    firstSeen: time(raw.first_seen), lastSeen: time(raw.last_seen), clockStart: time(raw.clock_start),
    due: time(raw.due_at), reopened: time(raw.reopened_at), closed: time(raw.closed_at) };
  row.haystack = [row.title, row.id, row.rule_id, row.where, row.package, row.product, row.environment, ...row.tools,
    ...row.vulnerability_ids, ...row.weaknesses.map((/** @type {number} */ cwe) => `CWE-${cwe}`), ...row.owners,
    ...row.assignees, ...row.tickets.map((/** @type {Ticket} */ ticket) => ticket.url)].join("\n").toLowerCase();
  return row;
}

/** Blocks of details that were read, the latest last; older ones are given back. @type {Map<number, any[]>} */
const detailBlocks = new Map();
const KEPT_BLOCKS = 2;

/** What stands behind a row. @param {Row} row @param {number} chunk @returns {Promise<any>} */
async function detailOf(row, chunk) {
  const which = Math.floor(row.place / chunk);
  const block = detailBlocks.get(which) ?? (await readBlock(`details-${which}`));
  detailBlocks.delete(which);
  detailBlocks.set(which, block);
  for (const old of detailBlocks.keys()) if (detailBlocks.size > KEPT_BLOCKS) detailBlocks.delete(old);
  return block[row.place % chunk];
}
