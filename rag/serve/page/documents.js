/** What the index holds: each file, what became of it, and what could not be read. */

import { get, remove } from "./api.js";
import { button, confirmed, foreign, h, icon, iconButton, soft } from "./dom.js";
import { notice } from "./notice.js";
import { changed, go, here, link, may } from "./state.js";
import { choose } from "./uploads.js";
import { fileOf, folderOf, many } from "./words.js";

const PAGE = 50; // files at once
const STATES = { read: "read", stale: "out of date", failed: "not read" };

export function documents() {
  const box = h("input", { type: "search", "aria-label": "Find a document by its name", placeholder: "Find by name or title", oninput: later });
  const only = h("select", { "aria-label": "Which", onchange: () => turn(0) }, h("option", { value: "" }, "all"), Object.entries(STATES).map(([value, said]) => h("option", { value }, said)));
  const list = h("div");
  const add = button([icon("plus"), "Add files"], choose, { class: "add" });
  const element = h("section", { class: "column broad", "aria-label": "Documents" },
    h("div", { class: "row heading" }, h("h1", {}, "Documents"), add),
    h("p", { class: "soft drophint" }, "Or drop files anywhere on this page."),
    h("form", { class: "row", role: "search", onsubmit: (event) => { event.preventDefault(); turn(0); } }, box, only), list);
  let waiting = 0;
  let offset = 0;

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(() => turn(0), 200);
  }
  const turn = (to) => go(link("documents", "", { q: box.value.trim(), only: only.value, from: to || "" }), { replace: true });

  async function show({ at }) {
    if (document.activeElement !== box) box.value = at.get("q") ?? "";
    only.value = at.get("only") ?? "";
    offset = Number(at.get("from")) || 0;
    element.classList.toggle("mayadd", may("upload"));
    try {
      const { documents: some, total } = await get("documents", { query: at.get("q"), status: at.get("only"), offset, limit: PAGE });
      list.replaceChildren(...(some.length ? [
        h("p", { class: "soft" }, counted(offset, some.length, total)),
        h("ul", { class: "files" }, some.map(file)),
        total > PAGE ? h("div", { class: "row" }, button("Before", () => turn(Math.max(0, offset - PAGE)), { disabled: offset === 0 }), button("Next", () => turn(offset + PAGE), { disabled: offset + PAGE >= total })) : "",
      ] : [h("p", { class: "none" }, at.get("q") || at.get("only") ? "No document is so." : "Nothing is in here yet.")]));
    } catch (problem) {
      list.replaceChildren(notice(problem, () => show({ at })));
    }
  }

  function file(one) {
    const { id, source, title, type, date, pages, page_kind: kind, status, notes = [], failure } = one;
    const about = [folderOf(source), title !== fileOf(source) && title, type, pages > 0 && many(pages, kind || "page"), date].filter(Boolean);
    return h("li", { class: status },
      h("div", { class: "what" },
        id == null ? h("b", {}, foreign(fileOf(source))) : h("a", { href: here({ document: id, span: "", words: "", page: "" }) }, foreign(fileOf(source))),
        soft(about.map((part, i) => [i > 0 && " · ", foreign(part)])),
        failure && h("p", { class: "failure" }, h("b", {}, status === "stale" ? "Its last version that could be read is kept. " : "Not read. "), failure),
        notes.length > 0 && h("details", {}, h("summary", {}, many(notes.length, "note")), h("ul", {}, notes.map((note) => h("li", {}, note.reason ?? note))))),
      may("admin") && iconButton("remove", `Remove ${fileOf(source)} from the index`, (event) => takeOut(source, event.currentTarget)));
  }

  async function takeOut(source, from) {
    if (!await confirmed(`Remove “${source}”? It is not found any more then. If it was added here, the file itself is deleted, too.`, "Remove")) return;
    from.replaceWith(soft("Removing …"));
    try {
      await remove("documents", { source });
      await changed();
    } catch (problem) {
      list.prepend(notice(problem));
    }
  }

  return { element, show, focus: () => box.focus({ preventScroll: true }), title: () => "Documents" };
}

const counted = (offset, shown, total) => (total > shown ? `${(offset + 1).toLocaleString("en")}–${(offset + shown).toLocaleString("en")} of ${many(total, "file")}` : many(total, "file"));
