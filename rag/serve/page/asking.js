/** Asking: a question, what is found, the answer; and the questions that follow on from it. */

import { announce, answerOf } from "./answer.js";
import { events, get, post, Problem, remove } from "./api.js";
import { conversations } from "./conversations.js";
import { button, h, icon, put, soft, visible } from "./dom.js";
import { filters } from "./filters.js";
import { notice } from "./notice.js";
import { changes, go, link, may, route, state } from "./state.js";
import { choose } from "./uploads.js";
import { fileOf, many, spent } from "./words.js";

const LONGEST = 4000; // characters of a question

/** The view; `show` is called whenever the address says that it is to be seen. */
export function asking() {
  let shown = null; // the conversation on the page
  let seen = ""; // the conversation that the address named last
  let running = null; // what stops the question that is being answered

  const welcome = h("header", { class: "welcome" });
  const name = h("h1", { class: "unseen" });
  const begin = h("p", { class: "of" }, h("a", { class: "new", href: "#/ask", onclick: (event) => { event.preventDefault(); go(link("ask")); } }, icon("plus"), "New conversation"));
  const turns = h("div", { class: "turns" });
  turns.addEventListener("alone", async ({ detail }) => {
    go(link("ask"));
    await show({ id: "" });
    ask(detail);
  });
  const box = h("textarea", { id: "box", rows: "1", maxlength: LONGEST, "aria-label": "Your question", placeholder: "Ask the documents", enterkeyhint: "send", oninput: () => grow(), onkeydown: keys });
  const submit = h("button", { class: "ask", "aria-label": "Ask", title: "Ask (Enter)" }, icon("ask"));
  const narrowed = filters();
  const budget = soft();
  const composer = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); if (running) running.abort(); else ask(box.value.trim()); } },
    narrowed.panel, h("div", { class: "field" }, box, submit), h("div", { class: "row under" }, narrowed.button, budget,
      h("span", { class: "hint soft" }, h("kbd", {}, "Enter"), " asks, ", h("kbd", {}, "Shift Enter"), " new line")));
  const folders = h("div");
  const holdings = h("div", { class: "holdings" }, h("div", { class: "row" }, h("h2", { class: "small" }, "What is in here"),
    h("a", { class: "new end", href: "#/documents", onclick: (event) => { event.preventDefault(); go(link("documents")); } }, "All documents"),
    button([icon("plus"), "Add files"], choose, { class: "new add" })), folders);
  const thread = h("div", { class: "thread" }, welcome, begin, name, turns, composer, holdings);
  const rail = conversations("h2");
  const element = h("section", { class: "asking", "aria-label": "Ask" }, h("div", { class: "rail" }, rail.element), thread);

  function keys(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!running) composer.requestSubmit();
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
  }

  /** Asks, and shows what comes. */
  async function ask(question, into = null) {
    if (!question || running) return;
    running = new AbortController();
    const { signal } = running;
    busy(true);
    narrowed.close();
    if (!into) { box.value = ""; grow(); }
    const body = h("div", { class: "body" });
    const turn = into ?? h("article", { class: "turn", "aria-label": question }, h("h2", { dir: "auto" }, question));
    turn.append(body);
    const progress = h("p", { class: "progress soft" }, "Looking in the documents …");
    body.append(progress);
    if (!into) turns.append(turn);
    arrange();
    turn.scrollIntoView({ block: "start" });
    try {
      const conversation = await opened(signal);
      const hits = [];
      let writing = null;
      for await (const { name: kind, data } of events("ask", { question, stream: true, ...narrowed.where(), ...(conversation && { conversation }) }, signal)) {
        if (kind === "hits") {
          hits.push(...data.hits);
          progress.textContent = reading(hits);
        } else if (kind === "text") {
          writing ??= body.appendChild(h("div", { class: "unchecked" }, h("p", { class: "says" }, "Being written, and not checked yet:"), h("p", { class: "lines" })));
          put(writing.lastChild, data.text);
        } else if (kind === "answer") {
          body.replaceChildren(...nodes(answerOf(data, hits)));
          turn.classList.toggle("abstained", data.abstained);
          announce(data);
          shown?.turns.push({ question, answer: data });
          rail.refresh();
          free(); // the next may be asked before the connection has ended
        }
      }
      if (progress.isConnected) throw new Problem({ title: "The answer did not come to its end", detail: "The connection was cut. Ask again." });
    } catch (problem) {
      if (!progress.isConnected) return; // it is answered
      body.replaceChildren(problem.name === "AbortError" ? h("p", { class: "soft" }, "Stopped. ", button("Ask again", again, { class: "quiet" })) : notice(problem, again));
    } finally {
      free();
    }
    function free() {
      if (running?.signal !== signal) return;
      running = null;
      busy(false);
    }
    function again() { body.remove(); ask(question, turn); }
  }

  /** The conversation that the question belongs to; the first question begins one. */
  async function opened(signal) {
    if (shown?.id) return shown.id;
    try {
      const made = await post("conversations", {});
      if (signal.aborted) remove(["conversations", made.id]).catch(() => null);
      signal.throwIfAborted();
      shown = { ...made, turns: [] };
      seen = made.id;
      go(link("ask", made.id, Object.fromEntries(route().at)), { replace: true });
      return made.id;
    } catch (problem) {
      if (problem.status !== 409) throw problem;
      begin.append(soft(` This one is not kept. ${problem.detail}`)); // there are too many
      return null;
    }
  }

  function busy(is) {
    submit.replaceChildren(icon(is ? "stop" : "ask"));
    submit.setAttribute("aria-label", is ? "Stop" : "Ask");
    submit.title = is ? "Stop (Esc)" : "Ask (Enter)";
  }

  /** What stands around the turns: a welcome where there are none. */
  function arrange() {
    const empty = !turns.childElementCount;
    element.classList.toggle("empty", empty);
    welcome.hidden = holdings.hidden = !empty;
    begin.hidden = name.hidden = empty;
    box.placeholder = empty ? "Ask the documents" : "Ask on, or something new";
    name.textContent = visible(shown?.name || turns.querySelector("h2")?.textContent || "Conversation");
  }

  function greet() {
    const { title, name: called, greeting, documents } = state.index;
    const holds = documents ? `Ask ${many(documents, "document")}; every answer shows where it stands.` : "Nothing is in here yet.";
    welcome.replaceChildren(h("h1", { dir: "auto" }, title || called), h("p", { class: "greeting", dir: "auto" }, greeting || holds));
    narrowed.holdings(folders);
    budget.textContent = "";
    if (state.index.model !== "reader") get("usage").then((today) => { budget.textContent = spent(today); }, () => {});
    holdings.classList.toggle("mayadd", may("upload"));
  }

  async function show({ id }) {
    const anew = id !== seen;
    seen = id;
    if (!id && anew) {
      running?.abort();
      turns.replaceChildren();
      shown = null;
    } else if (id && id !== shown?.id) {
      running?.abort();
      turns.replaceChildren();
      try {
        shown = await get(["conversations", id]);
        turns.replaceChildren(...shown.turns.map(({ question, answer }) => h("article", { class: `turn${answer.abstained ? " abstained" : ""}`, "aria-label": question },
          h("h2", { dir: "auto" }, question), h("div", { class: "body" }, answerOf(answer)))));
      } catch (problem) {
        shown = { id, turns: [] };
        turns.replaceChildren(notice(problem, problem.status === 404 ? null : () => { shown = null; show({ id }); }));
      }
    }
    greet();
    arrange();
    rail.refresh();
    if (id && anew && turns.lastElementChild && !running) turns.lastElementChild.scrollIntoView({ block: "start" });
  }

  changes.addEventListener("changed", () => greet());

  return {
    element, show,
    title: () => shown?.name || "",
    /** Puts the cursor into the box. */
    focus: () => box.focus({ preventScroll: true }),
    /** Stops what is being answered, if anything is. */
    stop: () => { const was = Boolean(running); running?.abort(); return was; },
  };
}

function reading(hits) {
  const files = [...new Set(hits.map(({ source }) => fileOf(source)))];
  if (!hits.length) return "Nothing was found that fits. Making sure …";
  const named = files.slice(0, 3).join(", ");
  return `Reading ${many(hits.length, "passage")} of ${named}${files.length > 3 ? ` and ${many(files.length - 3, "more", "more")}` : ""} …`;
}

const nodes = (made) => made.flat(Infinity).filter(Boolean);