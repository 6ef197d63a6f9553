// @ts-check
// Words and numbers as people read them: one spelling for each, and every date against the day the page was made.

const DAY = 86_400_000;
const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];
const STANDINGS = ["breached", "approaching", "within", "paused", "none"];

/** @type {Record<string, string>} */
const WORDS = {
  CRITICAL: "Critical", HIGH: "High", MEDIUM: "Medium", LOW: "Low", INFO: "Info",
  sast: "Code", secret: "Secret", sca: "Dependency", container: "Container", iac: "Infrastructure code",
  cloud: "Cloud", dast: "Web", license: "License",
  active: "Active", verified: "Verified", closed: "Closed", false_positive: "False positive",
  risk_accepted: "Risk accepted", not_affected: "Not affected", mitigated: "Mitigated",
  out_of_scope: "Out of scope", suppressed: "Suppressed", open: "Open",
  breached: "Past SLA", approaching: "Due soon", within: "Within SLA", paused: "Paused", none: "No SLA",
  new: "New", unchanged: "Unchanged", updated: "Updated", absent: "Fixed", reopened: "Reopened",
  observed: "Seen", not_covered: "Not looked at", held: "Held back",
  complete: "Complete", partial: "Partial", failed: "Failed", missing: "Missing", not_scanned: "Not scanned",
  remembered: "Remembered", pass: "Passed", fail: "Blocked", inconclusive: "No verdict yet",
  severity: "Severity", cvss: "CVSS", exploit: "Exploitation", epss: "EPSS", kev: "KEV", ransomware: "Ransomware",
  age: "Age", overdue: "Overdue", tools: "Agreement of tools", live: "Secret that works", exposure: "Exposure",
  reachability: "Reachability", place: "Place",
};

/** @param {string} key */
const word = (key) => WORDS[key] ?? key;

const WHOLE = new Intl.NumberFormat("en", { useGrouping: true, maximumFractionDigits: 0 });

/** `20 000`: groups are parted by a narrow space, which no language reads as a decimal mark. @param {number} value */
const number = (value) => WHOLE.format(value).replaceAll(",", "\u202f");

/** `1 finding`, `2 findings`. @param {number} count @param {string} one @param {string} [several] */
const many = (count, one, several = `${one}s`) => `${number(count)} ${count === 1 ? one : several}`;

/** `93 %`; only all is 100 and only none is 0. @param {number} part @param {number} whole */
function percent(part, whole) {
  if (!whole) return "";
  const share = (100 * part) / whole;
  const shown = part === 0 || part === whole ? Math.round(share) : Math.min(99, Math.max(1, Math.round(share)));
  return `${shown}\u202f%`;
}

/** `5 hours`, `3.5 days`, `23 days`. @param {number} value */
function days(value) {
  if (value > 0 && value < 1) return value * 24 < 1 ? "under an hour" : `${Math.floor(value * 24)}\u00a0${value * 24 < 2 ? "hour" : "hours"}`;
  const rounded = Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded === Math.trunc(rounded) ? number(rounded) : rounded}\u00a0${rounded === 1 ? "day" : "days"}`;
}

/** @param {string | null | undefined} moment @returns {number} milliseconds, `NaN` when nobody knows */
const time = (moment) => (moment ? Date.parse(moment) : NaN);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `23 Nov 2026`, in UTC. @param {number} at */
function date(at) {
  if (Number.isNaN(at)) return "";
  const moment = new Date(at);
  return `${moment.getUTCDate()}\u00a0${MONTHS[moment.getUTCMonth()]}\u00a0${moment.getUTCFullYear()}`;
}

/** `23 Nov`. @param {number} at */
const shortDate = (at) => date(at).slice(0, -5);

/** `23 Nov 2026, 04:49 UTC`. @param {number} at */
function moment(at) {
  if (Number.isNaN(at)) return "";
  const part = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const when = new Date(at);
  return `${date(at)}, ${part(when.getUTCHours())}:${part(when.getUTCMinutes())}\u00a0UTC`;
}

/** A `time` element. @param {number} at @param {(at: number) => string} [words] */
function timeEl(at, words = date) {
  return Number.isNaN(at) ? "" : el("time", { datetime: new Date(at).toISOString(), title: moment(at) }, words(at));
}

/** Whole days of the calendar, as the other documents count ages and distances. @param {number} from @param {number} to */
const daysBetween = (from, to) => Math.floor(to / DAY) - Math.floor(from / DAY);

/** `34 days past`, `3 days left`, `due today`. @param {number} due @param {number} now */
function clockWords(due, now) {
  const left = daysBetween(now, due);
  if (due <= now) return left ? `${days(-left)} past` : "past since today";
  return left ? `${days(left)} left` : "due today";
}
