/** Saved evaluation reports side by side, and how a figure went from one to the next. */

import { get } from "./api.js";
import { foreign, h, soft, vector } from "./dom.js";
import { notice } from "./notice.js";
import { when } from "./words.js";

const FIRST = 3; // reports, the newest, that are side by side at first
const [WIDTH, HEIGHT, EDGE] = [640, 200, 34];

export function evaluation() {
  const body = h("div");
  const element = h("section", { class: "column broad", "aria-label": "Evaluation" }, h("h1", {}, "Evaluation"), body);

  async function show() {
    try {
      const { reports } = await get("reports");
      const sorted = reports.toSorted((a, b) => String(a.created).localeCompare(String(b.created)));
      body.replaceChildren(...(sorted.length ? compared(sorted) : [h("p", { class: "none" }, "No report is saved yet."),
        h("p", { class: "soft" }, "An evaluation asks questions whose answers are known: ", h("code", {}, "rag evaluate gold.jsonl --index INDEX --out reports/NAME"), ".")]));
    } catch (problem) {
      body.replaceChildren(notice(problem, show));
    }
  }

  return { element, show, focus() {}, title: () => "Evaluation" };
}

function compared(reports) {
  const names = [...new Set(reports.flatMap(({ figures }) => Object.keys(figures)))];
  const chosen = new Set(reports.slice(-FIRST));
  const place = h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Figures side by side" });
  const chart = h("figure");
  let figure = names.find((name) => /right|f1|correct/.test(name)) ?? names[0];

  const pick = h("fieldset", {}, h("legend", {}, "Reports"), h("div", { class: "checks" }, reports.toReversed().map((report) => {
    const box = h("input", { type: "checkbox", onchange: () => { if (box.checked) chosen.add(report); else chosen.delete(report); table(); } });
    box.checked = chosen.has(report);
    return h("label", {}, box, foreign(report.name), soft(when(report.created)));
  })));

  function table() {
    const beside = reports.filter((report) => chosen.has(report));
    place.replaceChildren(h("table", { class: "figures" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Figure"), beside.map(({ name }) => h("th", { scope: "col", class: "figure" }, foreign(name))))),
      h("tbody", {}, names.map((name) => h("tr", { class: name === figure ? "current" : null },
        h("th", { scope: "row" }, h("button", { class: "quiet", type: "button", "aria-pressed": String(name === figure), title: "Show its trend", onclick: () => { figure = name; table(); trend(); } }, name)),
        beside.map(({ figures }) => cell(figures[name])))))));
  }

  function trend() {
    const points = reports.filter(({ figures }) => value(figures[figure]) != null);
    chart.replaceChildren(h("figcaption", {}, h("b", {}, figure), soft(" from report to report, with its 95% interval")), line(points.map(({ name, figures }) => ({ name, ...parts(figures[figure]) })), figure));
  }

  table();
  trend();
  return [pick, chart, place];
}

/** The trend of one figure, with intervals where there are any. */
function line(points, name) {
  const all = points.flatMap(({ value: v, low, high }) => [v, low, high].filter((x) => x != null));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || Math.abs(most) || 1) * 0.15;
  const x = (i) => EDGE * 1.5 + (points.length < 2 ? 0.5 : i / (points.length - 1)) * (WIDTH - EDGE * 2.2);
  const y = (v) => HEIGHT - EDGE + ((least - room - v) / (most - least + 2 * room)) * (HEIGHT - EDGE - 12);
  const said = points.map((point) => `${point.name}: ${shown(point.value)}`).join("; ");
  return vector("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${name}. ${said}` },
    [least, most].map((v) => [vector("line", { class: "grid", x1: EDGE * 1.5, x2: WIDTH - 8, y1: y(v), y2: y(v) }), vector("text", { x: EDGE * 1.5 - 8, y: y(v) + 4, "text-anchor": "end" }, shown(v))]),
    points.map(({ low, high }, i) => low != null && vector("line", { class: "interval", x1: x(i), x2: x(i), y1: y(low), y2: y(high) })),
    vector("polyline", { points: points.map(({ value: v }, i) => `${x(i)},${y(v)}`).join(" ") }),
    points.map(({ value: v, name: called }, i) => vector("circle", { cx: x(i), cy: y(v), r: 4 }, vector("title", {}, `${called}: ${shown(v)}`))),
    points.map(({ name: called }, i) => (i === 0 || i === points.length - 1) && vector("text", { x: x(i), y: HEIGHT - 8, "text-anchor": i ? "end" : "start" }, called)));
}

const parts = (figure) => (typeof figure === "number" ? { value: figure } : { value: figure?.value, low: figure?.low, high: figure?.high });
const value = (figure) => parts(figure).value;
const shown = (v) => (Math.abs(v) >= 100 ? v.toFixed(0) : v.toFixed(3));

function cell(figure) {
  const { value: v, low, high } = parts(figure);
  if (v == null) return h("td", { class: "figure soft" }, "–");
  return h("td", { class: "figure" }, shown(v), low != null && soft(` ${shown(low)}–${shown(high)}`));
}
