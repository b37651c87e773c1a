/** The stored text of a document as what it is: headings, lists, tables, paragraphs; spans of it marked.
 * Offsets count characters (code points), as the server's do. */

import { h, put } from "./dom.js";

const ITEM = /^\s*(?:[-*•–]|\d{1,3}[.)]|[a-z][.)])\s+/;
const NAMED = /^([^:|]{1,80}): /;
const WRAPPED = 45; // characters from which on a line is one that was broken, not one that ends

/** Whether a file is read by its lines and indents, by its name. */
export const isCode = (source) => /\.(py|[cm]?[jt]sx?|java|kt|c|h|cc|cpp|hpp|cs|go|rs|rb|php|swift|scala|sh|ps1|sql|r|lua|pl|css|ya?ml|toml|ini|cfg|log)$/i.test(source);

/** Text with offsets: JavaScript counts UTF-16 units, the server characters. */
export class Stored {
  constructor(text, start = 0) {
    this.start = start;
    this.text = text;
    this.wide = /[\u{10000}-\u{10ffff}]/u.test(text);
    this.characters = this.wide ? Array.from(text) : text;
    this.end = start + this.characters.length;
  }

  slice(from, to) {
    const part = this.characters.slice(Math.max(0, from - this.start), Math.max(0, to - this.start));
    return this.wide ? part.join("") : part;
  }
}

/** Elements for `stored`. `marks`: [{start, end, kind}], kinds "quote" and "answer"; `headings`: [{start, level}];
 * `plain`: as it stands, such as code. */
export function blocks(stored, { marks = [], headings = [], plain = false } = {}) {
  if (plain) return [fill(h("pre", {}), stored, stored.start, stored.end, marks)];
  const levels = new Map(headings.map(({ start, level }) => [start, level]));
  const made = [];
  let group = null;
  for (const line of lines(stored)) {
    const kind = kindOf(line, levels);
    const goesOn = group && line.text.trim() && (kind === group.kind || (kind === "words" && group.kind === "item" && /^\s/.test(line.text)));
    if (goesOn && kind !== "heading") group.lines.push(line);
    else if (line.text.trim()) made.push((group = { kind, lines: [line], level: levels.get(line.start) }));
    else group = null;
  }
  return made.map((one) => SHAPES[one.kind](one, stored, marks));
}

/** Adds the characters from `from` to `to` to an element, with what is marked of them. */
export function fill(element, stored, from, to, marks) {
  const cuts = [from, to];
  for (const { start, end } of marks) cuts.push(start, end);
  const points = [...new Set(cuts)].filter((at) => at >= from && at <= to).sort((a, b) => a - b);
  for (let i = 0; i + 1 < points.length; i += 1) {
    const kinds = marks.filter(({ start, end }) => start <= points[i] && points[i + 1] <= end).map(({ kind }) => kind);
    const words = stored.slice(points[i], points[i + 1]);
    put(element, kinds.length ? h("mark", { class: kinds.join(" ") }, words) : words);
  }
  return element;
}

const SHAPES = {
  heading: ({ lines: [line], level }, stored, marks) =>
    fill(h(`h${Math.min(6, (level ?? 1) + 2)}`, { "data-start": line.start }), stored, line.start, line.end, marks),
  words(group, stored, marks) {
    const broken = group.lines.slice(0, -1).every(({ text }) => text.length >= WRAPPED);
    const paragraph = h("p", broken ? {} : { class: "lines" });
    return fill(paragraph, stored, group.lines[0].start, group.lines.at(-1).end, marks);
  },
  item(group, stored, marks) {
    const items = [];
    for (const line of group.lines) {
      const mark = ITEM.exec(line.text);
      if (mark) items.push({ mark: mark[0], start: line.start + mark[0].length, end: line.end });
      else items.at(-1).end = line.end;
    }
    return h("ul", { class: "items" }, items.map(({ mark, start, end }) => fill(
      h("li", { class: mark.length > 4 && /^\s{2}/.test(mark) ? "deeper" : "" },
        h("span", { class: "bullet", "aria-hidden": /[\d\w]/.test(mark) ? null : "true" }, /\w/.test(mark) ? mark.trim() : "–")),
      stored, start, end, marks)));
  },
  row(group, stored, marks) {
    const rows = group.lines.map(cells);
    const names = namesOf(rows);
    const header = names ?? (rows.length > 1 && rows[0].every(({ text }) => !/\d/.test(text)) ? rows.shift() : null);
    const body = rows.map((row) => h("tr", {}, row.map((cell, i) => {
      const start = names ? cell.start + Array.from(NAMED.exec(cell.text)[0]).length : cell.start;
      return fill(h("td", { class: /^[-+\d.,\s%€$£]+$/.test(stored.slice(start, cell.end)) ? "figure" : null }), stored, start, cell.end, marks);
    })));
    const head = header && h("thead", {}, h("tr", {}, header.map((cell) =>
      names ? h("th", { scope: "col" }, cell) : fill(h("th", { scope: "col" }), stored, cell.start, cell.end, marks))));
    return h("div", { class: "wide" }, h("table", {}, head, h("tbody", {}, body)));
  },
};

function* lines(stored) {
  let start = stored.start;
  for (const text of stored.text.split("\n")) {
    const length = stored.wide ? Array.from(text).length : text.length;
    yield { text, start, end: start + length };
    start += length + 1;
  }
}

function kindOf(line, levels) {
  if (levels.has(line.start)) return "heading";
  if (line.text.includes(" | ")) return "row";
  return ITEM.test(line.text) ? "item" : "words";
}

function cells({ text, start }) {
  const made = [];
  let at = start;
  for (const cell of text.split(" | ")) {
    const length = Array.from(cell).length;
    made.push({ text: cell, start: at, end: at + length });
    at += length + 3;
  }
  return made;
}

/** The names of the columns, where each cell of each row has the name of its column before it. */
function namesOf(rows) {
  const names = rows[0].map(({ text }) => NAMED.exec(text)?.[1]);
  const same = (row) => row.length === names.length && row.every(({ text }, i) => text.startsWith(`${names[i]}: `));
  return names.every(Boolean) && rows.every(same) ? names : null;
}
