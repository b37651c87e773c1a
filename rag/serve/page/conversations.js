/** Conversations that are kept: listed, renamed, deleted, exported. */

import { address, get, patch, remove } from "./api.js";
import { confirmed, h, icon, iconButton, soft } from "./dom.js";
import { notice } from "./notice.js";
import { go, link, route, state } from "./state.js";
import { when } from "./words.js";

/** The list, as a view, and beside what is asked: then it is no view of its own, and its heading a lower one. */
export function conversations(heading = "h1") {
  const items = h("ul", { class: "conversations" });
  const element = h("nav", { "aria-label": "Conversations" }, h(heading, { class: "small" }, "Conversations"),
    h("p", {}, h("a", { class: "new", href: "#/ask", onclick: (event) => { event.preventDefault(); go(link("ask")); } }, icon("plus"), "New conversation")), items);

  async function refresh() {
    try {
      const { conversations: kept } = await get("conversations");
      const own = kept.filter(({ index }) => !index || index === state.index.name);
      items.replaceChildren(...(own.length ? own.map(item) : [h("li", { class: "soft" }, "What you ask is kept here.")]));
    } catch (problem) {
      if (heading === "h1") items.replaceChildren(h("li", {}, notice(problem, refresh))); // beside, what asking says is enough
    }
  }

  function item(kept) {
    const current = route().view === "ask" && route().id === kept.id;
    const parts = ["conversations", kept.id];
    const called = kept.name || "New conversation";
    const line = h("li", { class: current ? "current" : null },
      h("a", { href: link("ask", kept.id), "aria-current": current ? "page" : null, title: `${called} · ${when(kept.updated)}` },
        h("span", { class: "name", dir: "auto" }, called), soft(when(kept.updated))),
      h("span", { class: "tools" },
        iconButton("rename", `Rename ${called}`, rename),
        h("a", { class: "bare", href: address([...parts, "markdown"]), download: `${fileName(kept.name)}.md`, "aria-label": `Save ${called} as Markdown`, title: "Save as Markdown" }, icon("save")),
        iconButton("remove", `Delete ${called}`, forget)));
    function rename() {
      const input = h("input", { "aria-label": "Name of the conversation", maxlength: "200" });
      input.value = kept.name ?? "";
      const form = h("form", { onsubmit: save, onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); refresh(); } } }, input);
      line.replaceChildren(form);
      input.addEventListener("blur", save);
      input.select();
      async function save(event) {
        event.preventDefault();
        input.removeEventListener("blur", save);
        const name = input.value.trim();
        if (name && name !== kept.name) await told(() => patch(parts, { name }));
        refresh();
      }
    }
    async function forget() {
      if (!await confirmed(`Delete “${called}” with all its answers?`, "Delete")) return;
      await told(() => remove(parts));
      if (current) go(link("ask"));
      refresh();
    }
    async function told(doing) {
      try { await doing(); } catch (problem) { element.append(notice(problem)); }
    }
    return line;
  }

  return { element, refresh, show: refresh };
}

const fileName = (name) => (name || "conversation").replace(/[^\p{L}\p{N} _-]+/gu, "").trim().slice(0, 80) || "conversation";
