// @ts-check
// The SLA clock of one finding, in words and as a bar.

/** @param {Row} row @param {number} now @returns {Child[]} */
function clockParts(row, now) {
  const start = Number.isNaN(row.clockStart) ? row.firstSeen : row.clockStart;
  const facts = [
    fact("First seen", timeEl(row.firstSeen)),
    row.clockStart !== row.firstSeen && fact("Clock started", timeEl(row.clockStart)),
    fact("Last seen", timeEl(row.lastSeen)),
    fact("Due", timeEl(row.due)),
    fact("Reopened", timeEl(row.reopened)),
    fact("Closed", timeEl(row.closed)),
  ];
  return [el("p", { class: "clock-words" }, ...clockSentence(row, now, start)), clockBar(row, now, start), el("dl", { class: "facts" }, ...facts)];
}

/** @param {Row} row @param {number} now @param {number} start @returns {Child[]} */
function clockSentence(row, now, start) {
  if (Number.isNaN(start)) return [standingBadge(row.standing), ". Nobody knows since when it is there."];
  const allowed = days(Math.floor((row.due - start) / DAY));
  if (!Number.isNaN(row.closed)) {
    const took = days((row.closed - start) / DAY);
    const inTime = Number.isNaN(row.due) ? "" : row.closed <= row.due ? `, within the ${allowed} allowed` : `, later than the ${allowed} allowed`;
    return [`Closed after ${took}${inTime}.`];
  }
  const age = `Open for ${days(daysBetween(start, now))}`;
  if (Number.isNaN(row.due)) return [standingBadge("none"), `. ${age}. No SLA is set for it.`];
  const limit = `the SLA is ${allowed}`;
  if (row.standing === "paused") return [standingBadge("paused"), `. ${age}; ${limit}. A decision holds the clock.`];
  return [standingBadge(row.standing), `. ${age}; ${limit}: ${clockWords(row.due, now)}.`];
}

/** The time that is used up, the whole bar being the time allowed. @param {Row} row @param {number} now @param {number} start */
function clockBar(row, now, start) {
  if (Number.isNaN(row.due) || row.due <= start) return null;
  const end = Number.isNaN(row.closed) ? now : row.closed;
  const share = Math.min(1, Math.max(0, (end - start) / (row.due - start)));
  const bar = stackedBar([{ mark: Number.isNaN(row.closed) ? row.standing : row.closed <= row.due ? "within" : "breached", count: share }], 1);
  bar.classList.add("clock");
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

/** A term and its description; nothing where there is none. @param {string} name @param {...Child} words */
function fact(name, ...words) {
  const told = words.filter((part) => part !== null && part !== undefined && part !== false && part !== "");
  return told.length > 0 && el("div", {}, el("dt", {}, name), el("dd", {}, ...told));
}
