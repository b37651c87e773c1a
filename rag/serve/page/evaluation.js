/** Saved evaluation reports side by side, how a figure went from one to the next, what went wrong; and what those
 * who ask said of answers. */

import { get } from "./api.js";
import { button, foreign, h, put, soft, vector } from "./dom.js";
import { notice } from "./notice.js";
import { when } from "./words.js";

const FIRST = 3; // reports, the newest, that are side by side at first
const SHUT = new Set(["retrieval", "latency", "tokens"]); // groups of figures that are shown when asked for
const SAID = 50; // thumbs that are listed, the latest
const [WIDTH, HEIGHT, EDGE] = [640, 190, 34];
const UNITS = {
  percent: (value) => `${(value * 100).toFixed(1)}%`,
  score: (value) => value.toFixed(3),
  ms: (value) => `${Math.round(value).toLocaleString("en")} ms`,
  count: (value) => Math.round(value).toLocaleString("en"),
};

export function evaluation() {
  const body = h("div", { class: "column" });
  const said = h("div");
  const element = h("section", { class: "column broad", "aria-label": "Evaluation" }, h("h1", {}, "Evaluation"), body, said);

  async function show() {
    try {
      const { reports } = await get("reports");
      body.replaceChildren(...(reports.length ? compared(reports) : [h("p", { class: "none" }, "No report is saved yet."),
        put(h("p", { class: "soft" }), "An evaluation asks questions whose answers are known: ", h("code", {}, "rag evaluate gold.jsonl --index INDEX --out reports/NAME"),
          ". What is in the folder that serve.toml calls ", h("code", {}, "reports"), " is shown here.")]));
    } catch (problem) {
      body.replaceChildren(notice(problem, show));
    }
    get("feedback", { limit: SAID }).then((found) => said.replaceChildren(...thumbs(found)), () => said.replaceChildren());
  }

  return { element, show, focus() {}, title: () => "Evaluation" };
}

/** What is to be seen of reports, the oldest first. */
function compared(reports) {
  const figures = Object.assign({}, ...reports.map((report) => report.figures)); // name -> what it is
  const groups = Map.groupBy(Object.keys(figures), (name) => name.split("/")[0]);
  const names = [...groups.keys()].sort((a, b) => SHUT.has(a) - SHUT.has(b));
  const open = new Set(names.filter((name) => !SHUT.has(name)));
  const chosen = new Set(reports.slice(-FIRST));
  const table = h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Figures side by side" });
  const chart = h("figure");
  const wrong = h("div");
  let figure = "answer/right" in figures ? "answer/right" : Object.keys(figures)[0];

  const pick = h("fieldset", {}, h("legend", {}, "Reports"), h("div", { class: "checks" }, reports.toReversed().map((report) => {
    const box = h("input", { type: "checkbox", onchange: () => { if (box.checked) chosen.add(report); else chosen.delete(report); draw(); } });
    box.checked = chosen.has(report);
    return h("label", {}, box, foreign(report.name), soft(when(report.created)));
  })));

  function draw() {
    const beside = reports.filter((report) => chosen.has(report));
    table.replaceChildren(h("table", { class: "figures" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Figure"), beside.map(({ name }) =>
        h("th", { scope: "col", class: "figure" }, button(foreign(name), () => worst(name), { class: "quiet", title: "What went most wrong" }))))),
      names.map((group) => h("tbody", {},
        h("tr", { class: "group" }, h("th", { colspan: beside.length + 1, scope: "rowgroup" },
          button([open.has(group) ? "▾ " : "▸ ", group], () => { if (!open.delete(group)) open.add(group); draw(); }, { class: "quiet", "aria-expanded": String(open.has(group)) }))),
        open.has(group) && groups.get(group).map((name) => row(name, beside))))));
  }

  function row(name, beside) {
    const { title, less } = figures[name];
    return h("tr", { class: name === figure ? "current" : null },
      h("th", { scope: "row" }, button(title, () => { figure = name; draw(); trend(); }, { class: "quiet", "aria-pressed": String(name === figure), title: "Show its trend" }), less && soft(" · less is better")),
      beside.map((report) => cell(report.figures[name])));
  }

  function trend() {
    const points = reports.filter((report) => report.figures[figure]).map((report) => ({ called: report.name, ...report.figures[figure] }));
    chart.replaceChildren(h("figcaption", {}, h("b", {}, figures[figure].title), soft(" from report to report, with 95% intervals")), line(points));
  }

  async function worst(name) {
    try {
      const { worst: cases } = await get(["reports", name]);
      wrong.replaceChildren(h("h2", { class: "small", tabindex: "-1" }, "What went most wrong in ", foreign(name)),
        h("ul", { class: "files" }, cases.map(({ question, expected, answer, error }) => h("li", {}, h("div", { class: "what" },
          h("b", { dir: "auto" }, question), put(h("p", { class: "soft", dir: "auto" }), "Expected: ", expected.length ? expected.join(" or ") : "that the documents don't say"),
          put(h("p", { class: "soft lines", dir: "auto" }), "Answered: ", error || answer))))));
      wrong.firstChild.focus();
    } catch (problem) {
      wrong.replaceChildren(notice(problem, () => worst(name)));
    }
  }

  draw();
  trend();
  return [pick, chart, table, wrong];
}

/** What those who ask said of answers. */
function thumbs({ feedback, total }) {
  return [h("h2", { class: "small" }, "What those who ask said"),
    total ? h("ul", { class: "files" }, feedback.map(({ right, right_answer: better, comment, key, time, answer }) => h("li", {}, h("div", { class: "what" },
      h("b", { dir: "auto" }, answer.question),
      put(h("p", { class: "soft lines", dir: "auto" }), right ? "Right: " : "Wrong: ", answer.text),
      better && put(h("p", { dir: "auto" }), "Should be: ", better), comment && h("p", { dir: "auto" }, comment),
      soft(foreign(key), " · ", when(time))))))
      : h("p", { class: "soft" }, "Nothing yet: there are thumbs below each answer."),
    total > feedback.length && h("p", { class: "soft" }, `And ${total - feedback.length} before.`),
  ].filter(Boolean);
}

/** The trend of one figure, with its intervals. */
function line(points) {
  const all = points.flatMap(({ value, low, high }) => [value, low, high]);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || Math.abs(most) || 1) * 0.15;
  const left = EDGE * 2;
  const x = (i) => left + 12 + (points.length < 2 ? 0.5 : i / (points.length - 1)) * (WIDTH - left - 40);
  const y = (value) => HEIGHT - EDGE + ((least - room - value) / (most - least + 2 * room)) * (HEIGHT - EDGE - 8);
  const said = points.map((point) => `${point.called}: ${shown(point)}`).join("; ");
  return vector("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said },
    [...new Set([least, most])].map((value) => [vector("line", { class: "grid", x1: left, x2: WIDTH - 8, y1: y(value), y2: y(value) }),
      vector("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, shown({ ...points[0], value }))]),
    points.map(({ low, high }, i) => vector("line", { class: "interval", x1: x(i), x2: x(i), y1: y(low), y2: y(high) })),
    vector("polyline", { points: points.map(({ value }, i) => `${x(i)},${y(value)}`).join(" ") }),
    points.map((point, i) => vector("circle", { cx: x(i), cy: y(point.value), r: 4 }, vector("title", {}, `${point.called}: ${shown(point)}`))),
    points.map(({ called }, i) => (i === 0 || i === points.length - 1) && vector("text", { x: x(i), y: HEIGHT - 8, "text-anchor": points.length < 2 ? "middle" : i ? "end" : "start" }, called)));
}

const shown = ({ value, unit }) => (UNITS[unit] ?? UNITS.score)(value);

function cell(figure) {
  if (!figure) return h("td", { class: "figure soft" }, "–");
  const { low, high, n } = figure;
  return h("td", { class: "figure", title: `of ${n}` }, shown(figure), h("small", {}, `${shown({ ...figure, value: low })} – ${shown({ ...figure, value: high })}`));
}
