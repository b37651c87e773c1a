/** Where the page is (the address behind #), who uses it, and which index they ask. */

import { get } from "./api.js";

/** Who: `roles` of the index in use; `indexes`: those that may be used; `index`: the one in use. */
export const state = { name: "", needsKey: false, indexes: [], index: null };

/** Told when what the index holds has changed. */
export const changes = new EventTarget();

/** What the index holds has changed: it is asked for anew, and all who show it are told. */
export async function changed() {
  const { indexes } = await get("indexes");
  const index = indexes.find(({ name }) => name === state.index?.name) ?? indexes[0] ?? null;
  Object.assign(state, { indexes, index });
  if (index) changes.dispatchEvent(new Event("changed"));
}

export const may = (role) => Boolean(state.index?.roles.includes(role) || state.index?.roles.includes("admin"));

/** The address behind #: {view, id, at}, `at` being its parameters. */
export function route() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view = "", id = ""] = path.split("/").map(decode);
  return { view: view || "ask", id, at: new URLSearchParams(query) };
}

/** The address of a view. The index is named where it isn't the first. */
export function link(view, id = "", at = {}) {
  const query = new URLSearchParams(Object.entries(at).filter(([, value]) => value !== "" && value != null));
  if (state.index && state.index !== state.indexes[0] && !query.has("index")) query.set("index", state.index.name);
  return `#/${[view, id].filter(Boolean).map(encodeURIComponent).join("/")}${query.size ? `?${query}` : ""}`;
}

/** The same address with some parameters changed; "" and null take one away. */
export function here(changed) {
  const { view, id, at } = route();
  return link(view, id, { ...Object.fromEntries(at), ...changed });
}

/** Goes there. `replace`: back leads to where one was before. */
export function go(address, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else location.hash = address;
}

/** The address of the document of a citation or hit, beside what is shown now. */
export const beside = (cited) => here({ ...placeOf(cited), page: cited.page });

/** What tells a citation or hit from others, of itself or of an address. */
export const named = (cited) => Object.values(placeOf(cited)).join(" ");

function placeOf({ document, start, end, answer_start: from, answer_end: to }) {
  const words = from != null && (from !== start || to !== end) && to > from ? `${from}-${to}` : "";
  return { document, span: end > start ? `${start}-${end}` : "", words };
}

function decode(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}
