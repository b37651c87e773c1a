/** The page: who uses it, which index they ask, which view they see. */

import { asking } from "./asking.js";
import { get, post, remove, signedOut, use } from "./api.js";
import { conversations } from "./conversations.js";
import { button, foreign, h } from "./dom.js";
import { clear } from "./filters.js";
import { notice } from "./notice.js";
import { changes, link, may, route, state } from "./state.js";
import { dropping } from "./uploads.js";

const main = document.getElementById("main");
const top = document.getElementById("top");
const VIEWS = { // those that are seldom seen are fetched when they are
  ask: asking,
  conversations: () => conversations(),
  search: async () => (await import("./searching.js")).searching(),
  documents: async () => (await import("./documents.js")).documents(),
  evaluation: async () => (await import("./evaluation.js")).evaluation(),
};
const views = {};
const scrolled = {};
let current = null;
let beside = null; // the document beside, once one was opened

async function start() {
  try {
    const who = await get("session");
    state.name = who.name ?? "";
    state.needsKey = who.needs_key;
    if (who.needs_key && !who.name) return signIn();
    await load();
  } catch (problem) {
    if (problem.status !== 401) main.replaceChildren(notice(problem, start));
  }
}

async function load() {
  const { indexes } = await get("indexes");
  state.indexes = indexes;
  if (!indexes.length) return main.replaceChildren(h("p", { class: "plain" }, "There is no index that you may ask. Whoever runs this server can give your key one."));
  show();
}

function signIn() {
  document.body.classList.remove("viewing");
  top.replaceChildren();
  current = null;
  const key = h("input", { type: "password", name: "key", autocomplete: "current-password", required: true, placeholder: "rag_…", "aria-label": "Your key" });
  const wrong = h("div");
  main.replaceChildren(h("form", { class: "signin", onsubmit: async (event) => {
    event.preventDefault();
    try {
      await post("session", { key: key.value.trim() });
      start();
    } catch (problem) {
      wrong.replaceChildren(notice(problem));
      key.select();
    }
  } }, h("h1", {}, "Sign in"), h("p", { class: "soft" }, "These documents are asked with a key. Whoever runs this server gives you one."),
  h("div", { class: "field" }, key, h("button", { class: "primary" }, "Sign in")), wrong));
  key.focus();
}

async function signOut() {
  await remove("session").catch(() => null);
  location.hash = "";
  location.reload();
}

/** Shows what the address says. */
async function show() {
  if (!state.indexes.length) return;
  const where = route();
  const index = state.indexes.find(({ name }) => name === where.at.get("index")) ?? state.indexes[0];
  const another = state.index?.name !== index.name;
  state.index = index;
  use(index.name);
  if (another) clear();
  const name = where.view in VIEWS ? where.view : "ask";
  if (current) scrolled[current] = main.scrollTop;
  header(name);
  views[name] ??= await VIEWS[name]();
  if (route().view !== where.view) return; // somewhere else by now
  const view = views[name];
  const moved = current !== name;
  if (moved) {
    main.replaceChildren(view.element);
    current = name;
  }
  view.show(where);
  if (moved) {
    main.scrollTop = scrolled[name] ?? 0;
    if (!where.at.get("document") && matchMedia("(hover: hover)").matches) view.focus?.();
  }
  document.title = [view.title?.(), state.index.title || state.index.name].filter(Boolean).join(" · ");
  if (where.at.get("document")) beside ??= (await import("./viewer.js")).viewer(document.getElementById("viewer"));
  beside?.show();
}

function header(name) {
  const { index, indexes } = state;
  const called = ({ title, name: plain }) => title || plain;
  const place = (view, said) => h("a", { href: link(view), "aria-current": name === view ? "page" : null }, said);
  const choice = indexes.length > 1
    ? h("select", { "aria-label": "Index", onchange: (event) => { const to = event.target.value; location.hash = to === indexes[0].name ? `#/${name}` : `#/${name}?index=${encodeURIComponent(to)}`; } },
      indexes.map((one) => h("option", { value: one.name, selected: one === index }, called(one))))
    : h("a", { class: "home", href: link("ask") }, foreign(called(index)));
  top.replaceChildren(...[choice,
    h("nav", { "aria-label": "Views" }, place("ask", "Ask"), place("search", "Search"), place("documents", "Documents"),
      may("admin") && place("evaluation", "Evaluation"), h("span", { class: "narrow" }, place("conversations", "Conversations"))),
    state.needsKey && h("span", { class: "who row" }, foreign(state.name, { class: "soft" }), button("Sign out", signOut, { class: "quiet" }))].filter(Boolean));
}

function keys(event) {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    views[current]?.focus?.();
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    if (beside?.shown()) beside.leave();
    else if (current === "ask") views.ask.stop();
  }
}

addEventListener("hashchange", show);
addEventListener("keydown", keys);
signedOut.addEventListener("needed", signIn);
changes.addEventListener("changed", () => { if (current === "documents") views.documents.show(route()); });
dropping();
start();
