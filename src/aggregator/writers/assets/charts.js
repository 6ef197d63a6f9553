// @ts-check
// Charts as SVG, each with its numbers as a table: nothing is told by colour or by shape alone.

/** @typedef {{name: string, mark: string, value: (step: Step) => number}} Series */
/** @typedef {{title: string, note: string, steps: Step[], series: Series[], stacked?: boolean, line?: boolean, words?: (value: number) => string}} Chart */

const HIGH = 190;
const SMALL = matchMedia("(max-width: 680px)");
const EDGE = { top: 10, right: 8, bottom: 24, left: 40 };

/** A round step for an axis, at most four of them. @param {number} most */
function axisStep(most) {
  const rough = Math.max(most, 1) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((each) => each >= rough) ?? 10 * size;
  return Math.max(step, 1);
}

/** @param {Chart} chart */
function chartTop(chart) {
  const sums = chart.steps.map((step) => {
    const values = chart.series.map((series) => series.value(step)).filter((value) => !Number.isNaN(value));
    return chart.stacked ? sum(values) : Math.max(0, ...values);
  });
  const most = Math.max(0, ...sums);
  const step = axisStep(most);
  return { step, top: Math.max(step, Math.ceil(most / step) * step) };
}

/** @param {Chart} chart */
function drawChart(chart) {
  const WIDE = SMALL.matches ? 330 : 580;
  const { step, top } = chartTop(chart);
  const high = HIGH - EDGE.top - EDGE.bottom;
  const y = (/** @type {number} */ value) => EDGE.top + high - (value / top) * high;
  const slot = (WIDE - EDGE.left - EDGE.right) / Math.max(chart.steps.length, 1);
  const x = (/** @type {number} */ at) => EDGE.left + slot * at;
  const marks = chart.line ? lines(chart, x, y, slot) : bars(chart, x, y, slot);
  const title = `chart-${chart.title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-labelledby": title },
    svg("title", { id: title }, `${chart.title}. ${chart.note}`), axis(step, top, y, WIDE - EDGE.right), ...marks, dates(chart.steps, x, slot, WIDE - EDGE.right));
}

/** @param {number} step @param {number} top @param {(value: number) => number} y @param {number} right */
function axis(step, top, y, right) {
  const group = svg("g", { class: "axis" });
  for (let value = 0; value <= top + step / 2; value += step) {
    fill(group, {}, [
      svg("line", { x1: EDGE.left, x2: right, y1: y(value), y2: y(value), class: value ? "grid" : "base" }),
      svg("text", { x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)),
    ]);
  }
  return group;
}

/** As many dates as have room, the last one always. @param {Step[]} steps @param {(at: number) => number} x @param {number} slot @param {number} right */
function dates(steps, x, slot, right) {
  const every = Math.ceil(64 / slot);
  const last = steps.length - 1;
  const shown = steps.map((_, at) => at).filter((at) => (last - at) % every === 0);
  const anchor = (/** @type {number} */ at) => (at === last && slot < 64 ? "end" : "middle");
  const place = (/** @type {number} */ at) => (anchor(at) === "end" ? right : x(at) + slot / 2);
  return svg("g", { class: "axis" }, ...shown.map((at) => svg("text", { x: place(at), y: HIGH - 6, "text-anchor": anchor(at) }, shortDate(steps[at].at))));
}

/** @param {Chart} chart @param {(at: number) => number} x @param {(value: number) => number} y @param {number} slot */
function bars(chart, x, y, slot) {
  const wide = Math.min(36, slot * 0.72);
  const each = chart.stacked ? wide : wide / chart.series.length;
  return chart.steps.flatMap((step, at) => {
    const left = x(at) + (slot - wide) / 2;
    let below = 0;
    return chart.series.map((series, which) => {
      const value = series.value(step);
      const base = chart.stacked ? below : 0;
      below += value;
      const gap = chart.stacked && base ? 1 : 0;
      const size = y(base) - y(base + value);
      return value > 0 && svg("rect", {
        class: `fill-${series.mark}`, x: left + (chart.stacked ? 0 : which * each), width: Math.max(1, each - (chart.stacked ? 0 : 1)),
        y: y(base + value), height: Math.max(0.5, size - gap), rx: 1,
      }, svg("title", {}, `${date(step.at)}: ${series.name} ${(chart.words ?? number)(value)}`));
    }).filter((made) => made !== false);
  });
}

/** @param {Chart} chart @param {(at: number) => number} x @param {(value: number) => number} y @param {number} slot */
function lines(chart, x, y, slot) {
  return chart.series.flatMap((series) => {
    const points = chart.steps.map((step, at) => ({ step, left: x(at) + slot / 2, value: series.value(step) })).filter(({ value }) => !Number.isNaN(value));
    const path = points.map(({ left, value }, at) => `${at ? "L" : "M"}${left.toFixed(1)} ${y(value).toFixed(1)}`).join("");
    return [
      svg("path", { class: `stroke-${series.mark}`, d: path || "M0 0", fill: "none" }),
      ...points.map(({ step, left, value }) => svg("circle", { class: `fill-${series.mark}`, cx: left, cy: y(value), r: points.length > 24 ? 2 : 3 },
        svg("title", {}, `${date(step.at)}: ${series.name} ${(chart.words ?? number)(value)}`))),
    ];
  });
}

/** @param {Chart} chart */
function chartTable(chart) {
  const words = chart.words ?? number;
  const cell = (/** @type {number} */ value) => el("td", { class: "num" }, Number.isNaN(value) ? "\u2013" : words(value));
  return el("details", { class: "numbers" }, el("summary", {}, "Numbers", el("span", { class: "unseen" }, ` of ${chart.title}`)),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${chart.title}, as a table` },
      el("table", { class: "plain" },
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Run"), chart.series.map((series) => el("th", { scope: "col", class: "num" }, series.name)))),
        el("tbody", {}, [...chart.steps].reverse().map((step) =>
          el("tr", {}, el("th", { scope: "row" }, timeEl(step.at, moment)), chart.series.map((series) => cell(series.value(step)))))))));
}

/** @param {Chart} chart */
function chartFigure(chart) {
  const legend = chart.series.length > 1 && el("ul", { class: "legend", "aria-hidden": "true" }, (chart.stacked ? [...chart.series].reverse() : chart.series).map((series) =>
    el("li", {}, el("i", { class: `key back-${series.mark}` }), series.name)));
  return el("figure", { class: "card chart-card" },
    el("figcaption", {}, el("h3", {}, chart.title), el("p", { class: "note" }, chart.note)), legend, drawChart(chart), chartTable(chart));
}

/** The four charts over the runs that are remembered. @param {Line[]} shown */
function trendCharts(shown) {
  const steps = stepsOver(shown);
  if (!steps.length) return [];
  const first = steps[0];
  const last = steps[steps.length - 1];
  const total = (/** @type {Step} */ step) => sum(Object.values(step.open));
  const severities = [...SEVERITIES].reverse().map((severity) => ({ name: word(severity), mark: severity.toLowerCase(), value: (/** @type {Step} */ step) => step.open[severity] ?? 0 }));
  const means = SEVERITIES.map((severity) => ({ name: word(severity), mark: severity.toLowerCase(), value: (/** @type {Step} */ step) => step.days[severity] ?? NaN })).filter(({ value }) => steps.some((step) => !Number.isNaN(value(step))));
  const over = date(first.at) !== date(last.at) ? `from ${date(first.at)} to ${date(last.at)}` : `on ${date(last.at)}`;
  return [
    chartFigure({ title: "Open findings", steps, stacked: true, series: severities,
      note: steps.length > 1 ? `${number(total(first))} at first, ${number(total(last))} now, ${over}.` : `${number(total(last))} ${over}.` }),
    chartFigure({ title: "New and fixed", steps, note: `${number(sum(steps.map((step) => step.fresh)))} came or came back, ${number(sum(steps.map((step) => step.fixed)))} were fixed, ${over}.`,
      series: [{ name: "New or reopened", mark: "new", value: (step) => step.fresh }, { name: "Fixed", mark: "good", value: (step) => step.fixed }] }),
    chartFigure({ title: "Past SLA", steps, line: true, note: `${number(last.late)} now, ${over}.`,
      series: [{ name: "Past SLA", mark: "late", value: (step) => step.late }] }),
    chartFigure({ title: "Mean time to remediate", steps, line: true, words: days, note: means.length ? `Mean days from the start of the clock to the fix, ${over}.` : "Nothing has been fixed so far.",
      series: means.length ? means : [{ name: "Days", mark: "accent", value: () => NaN }] }),
  ];
}
