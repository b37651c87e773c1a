/** A document beside what is shown: at its page, with the quote marked. The address says which. */

import { get } from "./api.js";
import { button, foreign, h, icon, iconButton, soft, visible } from "./dom.js";
import { notice } from "./notice.js";
import { go, here, route } from "./state.js";
import { sheet } from "./sheet.js";
import { blocks, isCode, Stored } from "./text.js";
import { fileOf, folderOf, many } from "./words.js";

const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];

/** Fills the panel `aside` by the address, and empties it. */
export function viewer(aside) {
  let shown = ""; // what of the address is on the panel
  let opener = null; // where the cursor was before
  let zoom = 1;
  let asText = false; // pages as text, where there are pictures of them
  let paged = null; // the pages of the document, if it has any

  const title = h("h2", { tabindex: "-1", class: "title" });
  const position = h("div", { class: "row position" });
  const desk = h("div", { class: "desk", tabindex: "0", role: "region", "aria-label": "Pages of the document" });
  const magnified = button("100%", () => magnify(1), { class: "quiet zoomed", title: "Back to 100% (0)", "aria-label": "Zoom: 100%. Back to 100%" });
  const close = button([icon("back"), icon("close")], leave, { class: "bare close", title: "Close (Esc)", "aria-label": "Close the document" });
  aside.append(
    h("header", {}, close, title, h("div", { class: "row tools" }, position,
      h("span", { class: "row" }, iconButton("minus", "Smaller (−)", () => step(-1)), magnified, iconButton("plus", "Larger (+)", () => step(1))))),
    desk);
  aside.addEventListener("keydown", keys);

  function leave() {
    go(here({ document: "", span: "", words: "", page: "" }));
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
    const does = { "+": () => step(1), "=": () => step(1), "-": () => step(-1), 0: () => magnify(1), ArrowLeft: () => paged?.turn(-1), ArrowRight: () => paged?.turn(1) }[event.key];
    if (does && (paged || !event.key.startsWith("Arrow"))) { event.preventDefault(); does(); }
  }

  function magnify(value) {
    const [at, height] = [desk.scrollTop, desk.scrollHeight];
    zoom = value;
    desk.style.setProperty("--zoom", zoom);
    magnified.textContent = `${Math.round(zoom * 100)}%`;
    magnified.setAttribute("aria-label", `Zoom: ${magnified.textContent}. Back to 100%`);
    desk.scrollTop = at * (desk.scrollHeight / height);
    paged?.sharpen();
  }

  function step(by) {
    const at = ZOOMS.findIndex((one) => one >= zoom);
    magnify(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + by))]);
  }

  /** Shows what the address says. */
  async function show() {
    const { at } = route();
    const id = at.get("document");
    const wanted = id ? `${at.get("index") ?? ""} ${id} ${at.get("span")} ${at.get("words")} ${at.get("page")}` : "";
    if (wanted === shown) return;
    const before = shown;
    shown = wanted;
    for (const link of document.querySelectorAll("[data-cited]")) link.toggleAttribute("aria-current", Boolean(id) && link.dataset.cited === [id, at.get("span"), at.get("words")].join(" "));
    if (!id) {
      aside.hidden = true;
      document.body.classList.remove("viewing");
      paged = null;
      desk.replaceChildren();
      if (before && opener?.isConnected) opener.focus({ preventScroll: true });
      else if (before) document.getElementById("box")?.focus({ preventScroll: true });
      return;
    }
    if (!before) opener = document.activeElement === document.body ? null : document.activeElement;
    aside.hidden = false;
    document.body.classList.add("viewing");
    opener?.scrollIntoView({ block: "nearest" }); // what is beside has moved
    title.replaceChildren("…");
    title.focus({ preventScroll: true });
    const marks = spans(at);
    try {
      const found = await get(["documents", id]);
      if (shown !== wanted) return;
      name(found);
      if (found.pages > 0) await byPage(found, Number(at.get("page")) || 1, marks);
      else await whole(found, marks);
    } catch (problem) {
      if (shown !== wanted) return;
      title.replaceChildren("This document can't be shown");
      position.replaceChildren();
      desk.replaceChildren(notice(problem, problem.status === 404 ? null : () => { shown = ""; show(); }));
    }
  }

  function name({ source, title: called, date, type }) {
    const folder = folderOf(source);
    title.replaceChildren(foreign(fileOf(source)), soft(foreign([folder, called && called !== fileOf(source) && called, date, !source.endsWith(`.${type}`) && type].filter(Boolean).join(" · "))));
    title.title = visible(source);
  }

  async function byPage(found, first, marks) {
    const field = h("input", { inputmode: "numeric", size: "3", "aria-label": `${capital(found.page_kind)}, of ${found.pages}`, onchange: () => paged.to(Number(field.value)), onfocus: () => field.select() });
    const label = soft(`of ${found.pages.toLocaleString("en")}`);
    position.replaceChildren(iconButton("back", `The ${found.page_kind} before (←)`, () => paged.turn(-1)), h("label", { class: "row" }, soft(capital(found.page_kind)), field, label), iconButton("next", `The next ${found.page_kind} (→)`, () => paged.turn(1)));
    magnify(1);
    const other = found.pictures && button(asText ? "As printed" : "As text", () => { asText = !asText; byPage(found, paged.current(), marks); }, { class: "quiet", title: asText ? "The pages as they are printed" : "The words of the pages, to be copied, or read on a small screen" });
    if (other) position.append(other);
    paged = sheet({ desk, found, marks, asText, onpage: (number) => { field.value = number; }, magnify });
    await paged.to(first, true);
  }

  async function whole(found, marks) {
    paged = null;
    const [quote] = marks;
    const part = await get(["documents", found.id, "text"], { start: quote?.start, end: quote?.end });
    const contents = found.headings.length > 1 && !isCode(found.source) && h("select", { "aria-label": "Contents", onchange: (event) => reach(Number(event.target.value)) },
      h("option", { value: "" }, "Contents"), found.headings.map(({ level, title: called, start }) => h("option", { value: start }, `${"\u2003".repeat(Math.max(0, level - 1))}${called}`)));
    position.replaceChildren(contents || "");
    draw(part);

    function draw({ text, start, end, characters }) {
      const stored = new Stored(text, start);
      const article = h("article", { class: "sheet words", dir: "auto" },
        start > 0 && h("p", {}, button("What stands before", () => more(0, start), { class: "quiet" })),
        blocks(stored, { marks, headings: found.headings, plain: isCode(found.source) }),
        end < characters && h("p", {}, button(`What stands behind (${many(characters - end, "character")})`, () => more(end, end + 1), { class: "quiet" })));
      desk.replaceChildren(article);
      desk.scrollTop = 0;
      article.querySelector("mark")?.scrollIntoView({ block: "center" });
    }
    async function more(from, to) {
      draw(await get(["documents", found.id, "text"], { start: from, end: to }));
    }
    async function reach(start) {
      const heading = () => desk.querySelector(`[data-start="${start}"]`);
      if (!heading()) await more(start, start + 1);
      heading()?.scrollIntoView({ block: "start" });
    }
  }

  return { show, leave, shown: () => Boolean(shown) };
}

/** What is to be marked: the quote, and in it the words of the answer. */
function spans(at) {
  return ["span", "words"].flatMap((name) => {
    const [start, end] = (at.get(name) ?? "").split("-").map(Number);
    return end > start ? [{ start, end, kind: name === "span" ? "quote" : "answer" }] : [];
  });
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
