/** An answer as a person reads it. What a document says is set as documents are; all else is ours. */

import { button, foreign, h, icon, put, say, soft } from "./dom.js";
import { feedback } from "./feedback.js";
import { beside, link, named, state } from "./state.js";
import { blocks, isCode, Stored } from "./text.js";
import { fileOf, many, spent, sure, took, whereIn } from "./words.js";

const INSTEAD = "The model's answer was not supported; the documents say:"; // as in rag.answering.answer
const WORDS_OF_ITEM = 90; // characters up to which items of a series are shown as a list of their own

/** The whole of an answer, below its question. `hits`: what was read for it, if that is known. */
export function answerOf(answer, hits) {
  const shape = answer.abstained ? abstention : (SHAPES[answer.tier] ?? SHAPES.extract);
  return [understood(answer), shape(answer), doubts(answer), foot(answer, hits)];
}

/** Says an answer to who listens to the page. */
export function announce(answer) {
  const first = answer.citations[0];
  const [how] = sure(answer);
  const from = first ? ` From ${first.place}. ${how}.` : "";
  const words = answer.tier === "extract" ? `The documents say: ${first?.quote ?? answer.text}` : answer.text;
  const verdict = answer.verdict ? `${answer.verdict}. ` : "";
  say(answer.abstained ? `${answer.text} ${answer.closest.length ? "The closest passage is offered." : ""}` : `${verdict}${words}${from}`);
}

/** A link to where a citation stands, that opens it beside the answer. */
export function chip(citation, { number = citation.number } = {}) {
  const place = whereIn(citation);
  const others = (citation.sources ?? []).filter((source) => source !== citation.source);
  const label = `${number ? `Citation ${number}: ` : ""}${citation.source}${place && `, ${place}`}. Opens the document.`;
  return [
    h("a", { class: "chip", href: beside(citation), onclick: opens(citation), title: citation.place, "aria-label": label, ...marksOf(citation) },
      number > 0 && h("span", { class: "number" }, number),
      foreign(fileOf(citation.source), { class: "file" }), place && h("span", { class: "place" }, foreign(place))),
    citation.label && soft(citation.label),
    others.length > 0 && soft(`also in ${others.join(", ")}`),
  ];
}

/** Words of a document, those of the answer marked. */
function quoteOf({ source, quote, start, answer_start: from, answer_end: to }, attributes = {}) {
  const stored = new Stored(quote, start);
  const some = to > from && (from > start || to < stored.end);
  return h("blockquote", { dir: "auto", ...attributes }, blocks(stored, { marks: some ? [{ start: from, end: to, kind: "answer" }] : [], plain: isCode(source) }));
}

/** An answer and its citations as Markdown, in which nothing that a document says is live. */
export function markdown(answer) {
  const cited = answer.abstained ? [] : answer.citations;
  const verdict = answer.verdict ? `${capital(answer.verdict)}. The documents say:\n\n` : answer.tier === "extract" ? `${answer.lead || "The documents say:"}\n\n` : "";
  const text = answer.tier === "extract" ? "" : `${literal(answer.text)}\n\n`;
  const quotes = cited.map(({ number, place, quote }) => `[${number}] ${literal(place)}\n${literal(quote).replace(/^/gm, "> ")}`);
  return `**${literal(answer.question)}**\n\n${verdict}${text}${quotes.join("\n\n")}`.trim() + "\n";
}

const SHAPES = {
  short: (answer) => [
    put(h("p", { class: "short", dir: "auto" }), answer.text),
    certainty(answer),
    answer.citations.map((citation) => cited(citation)),
  ],
  extract: (answer) => [
    answer.verdict && h("p", { class: "short verdict" }, `${capital(answer.verdict)}.`),
    h("p", { class: "says" }, answer.lead || "The documents say:"),
    listed(answer) ?? answer.citations.map((citation) => cited(citation)),
    (!answer.lead || answer.lead === INSTEAD) && certainty(answer),
  ],
  written: (answer) => [
    h("p", { class: "says" }, "Written by ", h("b", {}, answer.model || "a model"), ", from the passages it cites:"),
    h("div", { class: "written", dir: "auto" }, withMarks(answer)),
    certainty(answer),
    answer.citations.map((citation) => cited(citation)),
  ],
  none: (answer) => abstention(answer),
};

function abstention(answer) {
  return h("div", { class: "abstention" },
    h("p", { class: "none" }, answer.text || state.index?.abstention),
    answer.closest.length > 0 && [
      h("p", { class: "says" }, `Closest ${answer.closest.length > 1 ? "passages" : "passage"}, which ${answer.closest.length > 1 ? "do" : "does"} not answer the question:`),
      answer.closest.map((citation) => cited({ ...citation, answer_start: 0, answer_end: 0 }, { number: 0 })),
    ],
    h("p", { class: "soft" }, "Ask in other words, or ", h("a", { href: link("search", "", { q: answer.question }) }, "search the documents"), " for it."));
}

/** The items of a list that stands in a sentence, as a list, with the sentence below. */
function listed(answer) {
  const [first, ...rest] = answer.citations;
  const inSentence = answer.items.length > 1 && !first.quote.includes("\n");
  if (!inSentence || answer.items.some(({ quote }) => quote.length > WORDS_OF_ITEM)) return null;
  const items = answer.items.map((item) => h("li", { dir: "auto" },
    h("a", { href: beside(item), onclick: opens(item), ...marksOf(item) }, item.quote)));
  return [h("ul", { class: "answers" }, items), [first, ...rest].map((citation) => cited(citation))];
}

function cited(citation, options) {
  return h("div", { class: "cited" }, quoteOf(citation), h("p", { class: "from" }, chip(citation, options)));
}

/** What a model wrote, its marks ([1]) as links to its citations. */
function withMarks({ text, citations }) {
  const byNumber = new Map(citations.map((citation) => [String(citation.number), citation]));
  const marked = (line) => line.split(/\[(\d+)\]/).map((part, i) => {
    if (i % 2 === 0) return part;
    const citation = byNumber.get(part);
    if (!citation) return `[${part}]`;
    return h("a", { class: "chip small", href: beside(citation), onclick: opens(citation), title: citation.place,
      "aria-label": `Citation ${part}: ${citation.place}`, ...marksOf(citation) }, h("span", { class: "number" }, part));
  });
  return text.split(/\n{2,}/).map((paragraph) => h("p", { class: "lines" }, marked(paragraph)));
}

function certainty(answer) {
  const [said, explained] = sure(answer);
  const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span"));
  bar.firstChild.style.width = `${Math.round(answer.confidence * 100)}%`;
  return h("p", { class: "sure" }, bar, h("span", {}, h("b", {}, said), soft(` · ${explained}`)));
}

/** How a question was taken, where not as it was asked: a follow-up by itself, or with its spelling put right. */
function understood({ question, standalone, asked_as: spelt }) {
  const follows = standalone && standalone !== question;
  const taken = spelt || standalone;
  const alone = (event) => event.target.dispatchEvent(new CustomEvent("alone", { bubbles: true, detail: question }));
  return taken && taken !== question && h("p", { class: "as" }, follows ? "Understood as " : "Asked as ", h("q", {}, taken), " ",
    follows && button("Ask it by itself", alone, { class: "quiet", title: "In a new conversation, as it stands" }));
}

/** What was left out of an answer, and what was not read. */
function doubts({ unsupported = [], flagged = [], tier }) {
  const some = (title, sentences) => sentences.length > 0 && h("details", { class: "doubts" },
    h("summary", {}, title), h("ul", {}, sentences.map((sentence) => h("li", { dir: "auto" }, sentence))));
  return [
    some(`Not supported by the documents: ${many(unsupported.length, "sentence")}${tier === "written" ? " of the model" : ""}`, unsupported),
    some(`Looks like an order to a model, and was not obeyed: ${many(flagged.length, "sentence")}`, flagged),
  ];
}

function foot(answer, hits) {
  const copy = button([icon("copy"), h("span", {}, "Copy")], () => copied(markdown(answer), copy), { class: "quiet", title: "Answer and citations as Markdown" });
  const seconds = answer.timings?.total;
  return [
    h("div", { class: "foot row" }, copy, feedback(answer),
      h("span", { class: "soft end" }, [spent(answer.usage), answer.cached ? "answered before" : seconds && took(seconds)].filter(Boolean).join(" · "))),
    hits?.length > 0 && h("details", { class: "read" }, h("summary", {}, `${many(hits.length, "passage")} read`),
      h("ol", {}, hits.map((hit) => h("li", {}, h("p", { class: "from" }, chip(hit, { number: 0 })), h("p", { class: "glimpse", dir: "auto" }, glimpse(hit.text)))))),
  ];
}

const glimpse = (text) => (text.length > 220 ? `${text.slice(0, 220).replace(/\s+\S*$/, "")} …` : text);
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const marksOf = (cited) => ({ "data-cited": named(cited) });

/** The address is made when it is followed: what is shown may have one of its own by then. */
const opens = (cited) => (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = beside(cited);
};

async function copied(text, where) {
  const said = where.lastChild;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else byHand(text); // pages that aren't on this machine and have no TLS
    said.textContent = "Copied";
    say("Copied");
  } catch {
    said.textContent = "Copying isn't allowed here";
  }
  setTimeout(() => { said.textContent = "Copy"; }, 2000);
}

function byHand(text) {
  const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

// As `rag.visible.literal`: what makes a link, picture or markup of brackets, addresses, tags and entities.
const LIVE = /(?<=\])[[(:]|(?<=!)\[|(?<=:)\/\/|(?<=www)\.|<|&(?=#?\w+;)/gi;
const literal = (text) => text.replace(LIVE, (found) => ({ "<": "&lt;", "&": "&amp;" })[found] ?? `\\${found}`);

