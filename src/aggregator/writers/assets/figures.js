// @ts-check
// The posture in numbers, all of them from the rows that are in scope.

/** @typedef {{open: Row[], closed: Row[], fresh: Row[], fixed: Row[], back: Row[], month: {fresh: number, fixed: number, back: number}}} Movement */

/** When the line was looked at first, `NaN` where that is not remembered: what was there then is new to nobody. @param {Line} line */
function baselineOf(line) {
  const [first] = line.trend ?? [];
  return first && !first.new ? time(first.at) : NaN;
}

/** @param {Row[]} rows @param {number} now @param {Line[]} lines @returns {Movement} */
function movement(rows, now, lines) {
  const since = now - 30 * DAY;
  const baselines = lines.map(baselineOf);
  const open = rows.filter(isOpen);
  const closed = rows.filter((row) => !Number.isNaN(row.closed));
  const count = (/** @type {(row: Row) => boolean} */ test) => rows.reduce((total, row) => total + (test(row) ? 1 : 0), 0);
  return {
    open,
    closed,
    fresh: open.filter((row) => changeOf(row) === "new"),
    fixed: rows.filter((row) => row.baseline === "absent"),
    back: open.filter(isBack),
    month: {
      fresh: count((row) => row.firstSeen >= since && row.firstSeen !== baselines[row.line]),
      fixed: count((row) => row.closed >= since),
      back: count((row) => row.reopened >= since),
    },
  };
}

/** @typedef {{late: Row[], soon: number, within: number, timed: number, oldest: Row | null, closedInTime: number, closedTimed: number}} Clock */

/** Where the SLA clocks of the open ones stand, and how the closed ones ended. @param {Movement} moved @returns {Clock} */
function clocks(moved) {
  const standing = tally(moved.open.map((row) => row.standing));
  const late = moved.open.filter((row) => row.standing === "breached");
  const soon = standing.get("approaching") ?? 0;
  const within = standing.get("within") ?? 0;
  const timed = remediated(moved.closed).filter((row) => !Number.isNaN(row.due));
  return {
    late, soon, within,
    timed: late.length + soon + within,
    oldest: late.reduce((/** @type {Row | null} */ oldest, row) => (oldest && oldest.due <= row.due ? oldest : row), null),
    closedInTime: timed.filter((row) => row.closed <= row.due).length,
    closedTimed: timed.length,
  };
}

/** Closed ones that were mended, not set aside. @param {Row[]} closed */
const remediated = (closed) => closed.filter((row) => ["open", "verified", "mitigated"].includes(row.disposition) && !Number.isNaN(row.clockStart));

/** Mean days from the clock's start to the closing, overall and by severity. @param {Row[]} closed */
function meanDays(closed) {
  const mended = remediated(closed);
  const mean = (/** @type {Row[]} */ rows) => sum(rows.map((row) => (row.closed - row.clockStart) / DAY)) / rows.length;
  const severities = SEVERITIES.map((severity) => ({ severity, rows: mended.filter((row) => row.severity === severity) })).filter(({ rows }) => rows.length);
  return { count: mended.length, all: mended.length ? mean(mended) : NaN, by: severities.map(({ severity, rows }) => ({ severity, count: rows.length, days: mean(rows) })) };
}

/** Distinct tickets by state. @param {Row[]} rows */
function ticketCounts(rows) {
  /** @type {Map<string, string>} */
  const states = new Map();
  for (const row of rows) for (const ticket of row.tickets) states.set(ticket.url, ticketState(ticket));
  const counts = tally(states.values());
  return { all: states.size, open: counts.get("open") ?? 0, resolved: counts.get("resolved") ?? 0, unread: counts.get("unread") ?? 0, without: rows.filter((row) => isOpen(row) && !row.tickets.length).length };
}

/** What folding saved; `null` where no line tells. @param {Line[]} lines */
function folding(lines) {
  const told = lines.map((line) => line.totals).filter(Boolean);
  if (!told.length) return null;
  const of = (/** @type {string} */ name) => sum(told.map((totals) => totals[name]));
  return { reported: of("reported"), unique: of("unique"), merged: of("merged"), suppressed: of("suppressed"), refused: of("refused") };
}

/** How many scans ended how. @param {Line[]} lines */
const looks = (lines) => tally(lines.flatMap((line) => (line.scans ?? []).map((scan) => scan.look)));

/** @typedef {{label: string, at: number, open: Record<string, number>, fresh: number, fixed: number, late: number, soon: number, days: Record<string, number>}} Step */

const MOST_STEPS = 48;
const SPANS = [0, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];

/**
 * The history of all lines as steps in time: runs as they were while they are few, otherwise days, weeks or months.
 * Levels are those at a step's end, summed over the lines; what came and went is summed over the step.
 * @param {Line[]} lines @returns {Step[]}
 */
function stepsOver(lines) {
  const points = lines.flatMap((line, which) => (line.trend ?? []).map((point) => ({ which, at: time(point.at), point })));
  points.sort((one, other) => one.at - other.at);
  for (const span of SPANS) {
    const steps = stepsOf(points, span);
    if (steps.length <= MOST_STEPS || span === SPANS.at(-1)) return steps.slice(-MOST_STEPS);
  }
  return [];
}

/** The mean of the numbers among them. @param {number[]} values */
function meanOf(values) {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length ? sum(known) / known.length : NaN;
}

/** @param {{which: number, at: number, point: Point}[]} points @param {number} span @returns {Step[]} */
function stepsOf(points, span) {
  /** @type {Map<number, Point>} */
  const latest = new Map();
  /** @type {Map<number, Step>} */
  const steps = new Map();
  for (const { which, at, point } of points) {
    latest.set(which, point);
    const slot = span ? Math.floor(at / span) : at;
    const step = steps.get(slot) ?? { label: "", at, open: {}, fresh: 0, fixed: 0, late: 0, soon: 0, days: {} };
    const levels = [...latest.values()];
    step.at = at;
    step.label = span ? shortDate(at) : date(at);
    step.open = Object.fromEntries(SEVERITIES.map((severity) => [severity, sum(levels.map((level) => level.open[severity] ?? 0))]));
    step.late = sum(levels.map((level) => level.breached ?? 0));
    step.soon = sum(levels.map((level) => level.approaching ?? 0));
    step.fresh += (point.new ?? 0) + (point.reopened ?? 0);
    step.fixed += point.fixed ?? 0;
    step.days = Object.fromEntries(SEVERITIES.map((severity) => [severity, meanOf(levels.map((level) => level.mean_days?.[severity] ?? NaN))]));
    steps.set(slot, step);
  }
  return [...steps.values()];
}
