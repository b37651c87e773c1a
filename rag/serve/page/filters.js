/** What a question or search is narrowed to: folders, types, years; with what the index holds of each. */

import { get } from "./api.js";
import { button, foreign, h, icon, soft } from "./dom.js";
import { changes, state } from "./state.js";
import { many } from "./words.js";

const SHOWN = 40; // folders, or types, before they have to be looked for

// One choice for the whole page: who searched in a folder asks in it, too.
const chosen = { folders: new Set(), types: new Set(), from: "", to: "" };
const chosenAnew = new EventTarget();
let held = null; // what the index in use holds
let heldOf = "";

/** A button that says what is chosen, and a panel to choose in. `onchange` is told of every choice. */
export function filters(onchange = () => {}) {
  const panel = h("div", { class: "filters", hidden: true });
  const opener = button("", toggle, { class: "quiet", "aria-expanded": "false" });

  function toggle() {
    if (!panel.hidden) return close();
    panel.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    load().then(draw);
  }

  function close() {
    panel.hidden = true;
    opener.setAttribute("aria-expanded", "false");
  }

  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
    opener.focus();
  });

  function tell() {
    const said = [...chosen.folders, ...chosen.types, years()].filter(Boolean);
    opener.replaceChildren(icon("filter"), h("span", {}, said.length ? `Only in ${said.slice(0, 3).join(", ")}${said.length > 3 ? ` and ${said.length - 3} more` : ""}` : "In all documents"));
    opener.classList.toggle("on", said.length > 0);
  }

  function draw() {
    const { folders, types, dates } = held;
    panel.replaceChildren(
      checks("Folders", folders.filter(({ name }) => name), chosen.folders),
      checks("Types", types, chosen.types),
      dates?.first ? spans(dates) : "",
      h("div", { class: "row" }, button("All documents", () => { clear(); draw(); }, { class: "quiet" }), button("Done", () => { close(); opener.focus(); })));
  }

  function checks(title, all, set) {
    const list = h("div", { class: "checks" });
    const find = h("input", { type: "search", placeholder: `Find among ${all.length}`, "aria-label": `Find among ${title.toLowerCase()}`, oninput: () => fill() });
    const fill = () => list.replaceChildren(...all.filter(({ name }) => name.toLowerCase().includes(find.value.toLowerCase())).slice(0, SHOWN).map(({ name, files }) => {
      const box = h("input", { type: "checkbox", onchange: () => { if (box.checked) set.add(name); else set.delete(name); chosenAnew.dispatchEvent(new Event("anew")); } });
      box.checked = set.has(name);
      return h("label", {}, box, foreign(name), soft(files));
    }));
    fill();
    return all.length ? h("fieldset", {}, h("legend", {}, title), all.length > SHOWN && find, list) : "";
  }

  function spans({ first, last }) {
    const all = [];
    for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)) && all.length < 200; year += 1) all.push(String(year));
    const choice = (label, key) => {
      const select = h("select", { onchange: () => { chosen[key] = select.value; chosenAnew.dispatchEvent(new Event("anew")); } },
        h("option", { value: "" }, "any year"), all.map((year) => h("option", { value: year, selected: chosen[key] === year }, year)));
      return h("label", {}, label, select);
    };
    return h("fieldset", {}, h("legend", {}, "Date"), h("div", { class: "row" }, choice("from", "from"), choice("to", "to")),
      h("p", { class: "soft" }, "Documents that bear no date are left out then."));
  }

  /** The folders of the index, each of which narrows to itself. */
  async function holdings(element) {
    await load();
    const folders = held.folders.filter(({ name }) => name);
    element.replaceChildren(...(folders.length > 1 ? [
      h("ul", { class: "folders" }, folders.slice(0, 12).map(({ name, files }) => h("li", {}, button([foreign(name), soft(files)], () => {
        if (chosen.folders.has(name)) chosen.folders.delete(name); else chosen.folders.add(name);
        chosenAnew.dispatchEvent(new Event("anew"));
        document.getElementById("box")?.focus();
      }, { class: "folder", "aria-pressed": String(chosen.folders.has(name)), title: `Ask only in ${name}: ${many(files, "file")}` }))),
      folders.length > 12 && h("li", { class: "soft" }, `and ${folders.length - 12} more`)),
    ] : []));
  }

  chosenAnew.addEventListener("anew", () => {
    tell();
    onchange();
    for (const folder of document.querySelectorAll(".folder")) folder.setAttribute("aria-pressed", String(chosen.folders.has(folder.firstChild.textContent)));
  });
  tell();
  return { button: opener, panel, holdings, where, close };
}

/** Forgets what was chosen, such as when another index is asked. */
export function clear() {
  chosen.folders.clear();
  chosen.types.clear();
  chosen.from = chosen.to = "";
  chosenAnew.dispatchEvent(new Event("anew"));
}

/** {where} of a question, or nothing. */
function where() {
  const made = {};
  if (chosen.folders.size) made.source = [...chosen.folders].map((folder) => `${globbed(folder)}/*`);
  if (chosen.types.size) made.type = [...chosen.types].map(globbed);
  if (chosen.from || chosen.to) {
    const [first, last] = [chosen.from || held.dates.first, chosen.to || held.dates.last].map((date) => Number(date.slice(0, 4)));
    made.date = [];
    for (let year = first; year <= last; year += 1) made.date.push(`${year}*`);
    if (!made.date.length) made.date.push("no year");
  }
  return Object.keys(made).length ? { where: made } : {};
}

const years = () => (chosen.from || chosen.to ? (chosen.from === chosen.to ? chosen.from : `${chosen.from || "…"}–${chosen.to || "…"}`) : "");
const globbed = (name) => name.replace(/[[*?]/g, "[$&]");

async function load() {
  if (held && heldOf === state.index.name) return;
  try {
    held = await get("filters");
  } catch {
    held = { folders: [], types: [], dates: null }; // asking works without
  }
  heldOf = state.index.name;
}

changes.addEventListener("changed", () => { held = null; });
