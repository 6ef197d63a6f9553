// @ts-check
// What leaves the page, when somebody asks: CSV, JSON and Markdown of what the list shows.

/** The columns of the package's own `findings.csv`, then two that only this page knows of. */
const CSV_COLUMNS = ["id", "severity", "status", "baseline", "observation", "kind", "title", "where", "path", "line", "tools", "rule_id", "weaknesses", "vulnerability_ids", "first_seen", "last_seen", "due_at", "standing", "closed_at", "reason", "tickets", "product", "environment", "branch", "risk", "owners", "assignees", "product_type", "engagement", "decided_by", "decided_at", "decision_ends", "package", "known_exploited"];

/** @param {string | null | undefined} moment */
const stamp = (moment) => (moment ? new Date(moment).toISOString().replace(/\.\d+Z$/, "Z") : "");

/** @param {Row} row @param {any} known @returns {string[]} */
function csvCells(row, known) {
  const { decision } = known;
  const [place] = known.locations;
  const tools = distinct(known.sources.map((/** @type {any} */ source) => source.tool));
  return [row.id, row.severity, row.status, row.baseline ?? "", row.observation, row.kind, known.title, row.where, place?.path ?? "", String(place?.start_line ?? ""),
    (tools.length ? tools : row.tools).join(" "), row.rule_id, row.weaknesses.map((cwe) => `CWE-${cwe}`).join(" "), row.vulnerability_ids.join(" "), stamp(known.first_seen), stamp(known.last_seen), stamp(known.due_at),
    row.standing, stamp(known.closed_at), known.closed_reason || decision?.reason || known.observation_reason, row.tickets.map(({ url }) => url).join(" "),
    row.product, row.environment, known.branch, String(row.risk ?? ""), row.owners.join(" "), row.assignees.join(" "), row.product_type, known.engagement,
    decision?.author || decision?.origin || "", stamp(decision?.decided_at), stamp(decision?.expires_at), row.package, row.is_kev ? "yes" : "no"];
}

/** A text of each finding of the list, in its order; the details are read block after block. @param {App} app @param {(row: Row, known: any) => string} tell */
async function textsOf(app, tell) {
  const rows = [...app.foundRows()].sort((one, other) => one.place - other.place);
  const order = new Map(app.found.map((place, at) => [place, at]));
  /** @type {string[]} */
  const texts = new Array(rows.length);
  for (const row of rows) texts[/** @type {number} */ (order.get(row.place))] = tell(row, (await detailOf(row, app.chunk)).finding);
  return texts;
}

/** @param {string[]} cells */
const csvLine = (cells) => `${cells.map(csvField).join(",")}\r\n`;

/** @param {App} app */
async function saveCsv(app) {
  const lines = await textsOf(app, (row, known) => csvLine(csvCells(row, known)));
  save("findings.csv", "text/csv;charset=utf-8", [csvLine(CSV_COLUMNS), ...lines]);
  say(`${many(lines.length, "finding")} saved as CSV.`);
}

/** The findings in the shape of `findings.json`. @param {App} app */
async function saveJson(app) {
  const texts = await textsOf(app, (_row, known) => JSON.stringify(known));
  const head = JSON.stringify({ generated_at: app.index.generated_at, title: app.index.title, generator: app.index.generator, address: location.hash, count: texts.length });
  save("findings.json", "application/json", [`${head.slice(0, -1)},"findings":[\n`, texts.join(",\n"), "\n]}\n"]);
  say(`${many(texts.length, "finding")} saved as JSON.`);
}

/** @param {string} name @param {string} type @param {string[]} parts */
function save(name, type, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = el("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {string} text @param {string} words */
async function copyText(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const place = document.querySelector("dialog[open]") ?? document.body;
    const area = el("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    place.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(words);
  toast(words);
}

/** Shown for a moment, beside what was pressed last. @param {string} words */
function toast(words) {
  document.querySelector(".toast")?.remove();
  const note = el("p", { class: "toast", "aria-hidden": "true" }, words);
  (document.querySelector("dialog[open]") ?? document.body).append(note);
  setTimeout(() => note.remove(), 2500);
}

const MOST_COPIED = 500;

/** @param {App} app */
function listMarkdown(app) {
  const rows = app.foundRows().slice(0, MOST_COPIED);
  const lines = rows.map((row) => `| ${word(row.severity)} | ${markdown(row.title)} | ${markdownCode(row.where)} | ${markdown(row.tools.join(", "))} | ${row.standing === "none" ? "" : Number.isNaN(row.due) ? "" : `${word(row.standing)}, ${plain(date(row.due))}`} | ${markdownCode(row.id)} |`);
  const rest = app.found.length - rows.length;
  return [`${many(app.found.length, "finding")}, as of ${plain(moment(app.now))}`, "", "| Severity | Finding | Where | Tools | SLA | Id |", "|---|---|---|---|---|---|", ...lines, ...(rest > 0 ? ["", `and ${number(rest)} more`] : []), ""].join("\n");
}

/** @param {Row} row @param {any} detail @param {number} now */
function findingMarkdown(row, detail, now) {
  const known = detail.finding;
  const item = (/** @type {string} */ name, /** @type {string} */ words) => (words ? [`- ${name}: ${words}`] : []);
  const message = known.sources.map((/** @type {any} */ source) => source.message).find(Boolean) ?? "";
  return [
    `### ${word(row.severity)}: ${markdown(row.title)}`, "",
    ...item("Where", markdownCode(row.where)),
    ...item("Product", markdown([row.product, row.environment].filter(Boolean).join(" / "))),
    ...item("Status", word(row.status)),
    ...item("SLA", Number.isNaN(row.due) || row.standing === "none" ? "" : plain(`${word(row.standing)}, due ${date(row.due)}, ${clockWords(row.due, now)}`)),
    ...item("Risk", row.risk === null ? "" : `${row.risk} of 100`),
    ...item("Found by", markdown(row.tools.join(", "))),
    ...item("Rule", markdownCode(row.rule_id)),
    ...item("Names", markdown([...row.vulnerability_ids, ...row.weaknesses.map((cwe) => `CWE-${cwe}`)].join(", "))),
    ...item("Owner", markdown(row.owners.join(", "))),
    ...item("Ticket", row.tickets.map(({ url }) => markdown(url)).join(", ")),
    ...item("Id", markdownCode(row.id)),
    ...(message ? ["", markdown(message)] : []),
    ...(detail.fix ? ["", markdown(detail.fix)] : []),
    "",
  ].join("\n");
}
