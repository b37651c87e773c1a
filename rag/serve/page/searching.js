/** Search alone: the passages that match best, without an answer. */

import { chip } from "./answer.js";
import { post } from "./api.js";
import { button, h, icon, put, say } from "./dom.js";
import { filters } from "./filters.js";
import { notice } from "./notice.js";
import { go, link, state } from "./state.js";
import { blocks, Stored } from "./text.js";
import { many } from "./words.js";

const FIRST = 10; // hits, and as many more each time

export function searching() {
  const box = h("input", { type: "search", id: "words", "aria-label": "Search the documents", placeholder: "Search the documents", maxlength: "4000", enterkeyhint: "search" });
  const mode = h("select", { "aria-label": "How to search", onchange: submit },
    h("option", { value: "" }, "words and meaning"), h("option", { value: "lexical" }, "words alone"), h("option", { value: "dense" }, "meaning alone"));
  const narrowed = filters(() => element.isConnected && look());
  const found = h("div", { class: "found" });
  const element = h("section", { class: "column", "aria-label": "Search" }, h("h1", { class: "unseen" }, "Search"),
    h("form", { class: "composer still", role: "search", onsubmit: (event) => { event.preventDefault(); submit(); } },
      h("div", { class: "field" }, box, h("button", { class: "ask", "aria-label": "Search", title: "Search" }, icon("next"))),
      h("div", { class: "row under" }, narrowed.button, h("label", { class: "row soft" }, "by ", mode)), narrowed.panel),
    found);
  let shown = "";

  function submit() {
    shown = "";
    narrowed.close();
    const address = link("search", "", { q: box.value.trim(), mode: mode.value });
    if (address === location.hash) look(); else go(address);
  }

  async function look(k = FIRST) {
    const question = box.value.trim();
    if (!question) return found.replaceChildren(h("p", { class: "soft" }, "The passages that match best, as they stand. For an answer, ask."));
    try {
      const { hits, asked_as: spelt } = await post("search", { question, k, ...(mode.value && { mode: mode.value }), ...narrowed.where() });
      found.replaceChildren(...[
        spelt && spelt !== question && h("p", { class: "as" }, "Searched as ", h("q", {}, spelt)),
        ...hits.map(passage),
        hits.length ? null : h("p", { class: "none" }, "Nothing was found."),
        hits.length >= k && k < 100 && h("p", {}, button("More", () => look(k + FIRST), { class: "quiet" })),
      ].filter(Boolean));
      say(hits.length ? `${many(hits.length, "passage")} found.` : "Nothing was found.");
    } catch (problem) {
      found.replaceChildren(notice(problem, () => look(k)));
    }
  }

  function show({ at }) {
    const wanted = JSON.stringify([at.get("q") ?? "", at.get("mode") ?? "", state.index.name]);
    if (wanted === shown) return;
    shown = wanted;
    box.value = at.get("q") ?? "";
    mode.value = at.get("mode") ?? "";
    look();
  }

  return { element, show, focus: () => box.focus({ preventScroll: true }), title: () => box.value };
}

function passage(hit) {
  return h("article", { class: "cited" }, h("p", { class: "from" }, chip(hit, { number: 0 })),
    hit.context && h("p", { class: "soft" }, hit.context),
    put(h("blockquote", { dir: "auto" }), blocks(new Stored(hit.text, hit.start))));
}
