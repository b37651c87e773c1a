/** The pages of a document, one below the other: pictures with what is marked laid over, or text.
 * Only those near what is seen are fetched. */

import { get } from "./api.js";
import { h } from "./dom.js";
import { notice } from "./notice.js";
import { blocks, Stored } from "./text.js";

const WIDTHS = [700, 1000, 1400, 2000, 2800]; // pixels that pictures are asked for
const NARROW = 560; // pixels: a phone, on which a page is magnified until its quote can be read
const MOST = 1.6; // times
const NEAR = "80% 0px"; // of what is seen, above and below

/** Fills `desk`. `marks`: [{start, end, kind}]; `onpage` is told the number of the page that is seen; `magnify` zooms;
 * `asText`: no pictures. */
export function sheet({ desk, found, marks, asText, onpage, magnify }) {
  const [quote] = marks;
  const sheets = Array.from({ length: found.pages }, (_, i) => h("section", { class: "sheet waits", "data-number": i + 1, "aria-label": `${found.page_kind} ${i + 1}` }));
  const loaded = new Map();
  let current = 0;
  desk.replaceChildren(...sheets);

  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) load(Number(target.dataset.number));
  }, { root: desk, rootMargin: NEAR });
  desk.onscroll = () => requestAnimationFrame(tell);

  function load(number) {
    if (!loaded.has(number)) loaded.set(number, fetched(number));
    return loaded.get(number);
  }

  async function fetched(number) {
    const element = sheets[number - 1];
    const marked = (mark) => get(["documents", found.id, "pages", number], { start: mark?.start, end: mark?.end });
    try {
      const page = await marked(quote);
      element.classList.remove("waits");
      if (page.picture && !asText) {
        const inner = marks[1] && page.marked === "rectangles" ? await marked(marks[1]) : null;
        draw(element, page, inner);
      } else write(element, page);
    } catch (problem) {
      loaded.delete(number);
      element.replaceChildren(notice(problem, () => load(number)));
    }
  }

  /** A picture, as wide as it is seen, with rectangles over it. */
  function draw(element, page, inner) {
    element.classList.add("picture");
    element.style.setProperty("--ratio", `${page.width} / ${page.height}`);
    for (const one of sheets) if (one.classList.contains("waits")) one.style.setProperty("--ratio", `${page.width} / ${page.height}`);
    const picture = h("img", { alt: page.text ? `Picture of ${found.page_kind} ${page.label || page.number}. Its text follows.` : `${found.page_kind} ${page.number}`, draggable: "false", decoding: "async" });
    picture.dataset.picture = page.picture;
    const shown = inner?.marked === "rectangles" ? inner.rectangles : [];
    element.replaceChildren(h("div", { class: "paper" }, picture, layer(page.rectangles, "quote"), layer(shown, "answer")),
      h("div", { class: "unseen" }, blocks(new Stored(page.text, page.start), { marks })));
    if (page.marked === "page") reason(element, page);
    sharpen();
  }

  function write(element, page) {
    element.classList.add("words");
    element.setAttribute("dir", "auto");
    const label = page.label && page.label !== String(page.number) ? ` · ${page.label}` : "";
    const kind = (page.kind || found.page_kind).replace(/^./, (c) => c.toUpperCase());
    element.replaceChildren(h("p", { class: "folio soft" }, `${kind} ${page.number}${label}`), ...blocks(new Stored(page.text, page.start), { marks, headings: found.headings }));
    if (page.marked === "page" && !element.querySelector("mark")) reason(element, page);
    if (!page.text) element.append(h("p", { class: "soft" }, "There is no text here."));
  }

  function reason(element, page) {
    element.classList.add("framed");
    element.prepend(h("p", { class: "reason" }, `The quote stands on this ${page.kind || "page"}. `, page.reason || "Where, can't be shown."));
  }

  /** Asks for pictures as fine as they are shown. */
  function sharpen() {
    for (const picture of desk.querySelectorAll("img[data-picture]")) {
      const wanted = picture.parentElement.clientWidth * Math.min(2, devicePixelRatio);
      const width = WIDTHS.find((one) => one >= wanted) ?? WIDTHS.at(-1);
      if (Number(picture.dataset.width ?? 0) >= width) continue;
      picture.dataset.width = width;
      const address = picture.dataset.picture;
      picture.src = `${address}${address.includes("?") ? "&" : "?"}width=${width}`;
    }
  }

  function tell() {
    const middle = desk.getBoundingClientRect().top + desk.clientHeight / 2;
    let [low, high] = [0, sheets.length - 1];
    while (low < high) { // the last one that begins above
      const half = Math.ceil((low + high) / 2);
      if (sheets[half].getBoundingClientRect().top <= middle) low = half; else high = half - 1;
    }
    if (low + 1 !== current) onpage((current = low + 1));
  }

  /** To a page; to what is marked on it, if `marked`. */
  async function to(number, marked = false) {
    const page = Math.min(found.pages, Math.max(1, Math.trunc(number) || 1));
    const element = sheets[page - 1];
    onpage((current = page));
    element.scrollIntoView({ block: "start" });
    await load(page);
    const mark = marked && (element.querySelector(".paper .answer, .words .answer") ?? element.querySelector(".paper .quote, .words mark, mark"));
    if (mark && !mark.closest(".unseen")) {
      if (desk.clientWidth < NARROW) magnify(fitting(element));
      mark.scrollIntoView({ block: "center", inline: "nearest" });
      const { left, right } = width(element);
      if (right > left) desk.scrollLeft += (left + right) / 2 - desk.getBoundingClientRect().left - desk.clientWidth / 2;
    }
    else element.scrollIntoView({ block: "start" });
    for (const one of sheets) near.observe(one);
  }

  return { to, turn: (by) => to(current + by), sharpen, current: () => current };
}

/** How far a page is to be magnified for the marked lines to be as wide as the screen. */
function fitting(element) {
  const { left, right } = width(element);
  return right > left ? Math.min(MOST, Math.max(1, (element.parentElement.clientWidth - 24) / (right - left))) : 1;
}

/** From where to where the marked lines of a page reach, in pixels. */
function width(element) {
  const marks = [...element.querySelectorAll(".over.quote")].map((one) => one.getBoundingClientRect());
  return { left: Math.min(...marks.map(({ left }) => left)), right: Math.max(...marks.map(({ right }) => right)) };
}

function layer(rectangles, kind) {
  return rectangles.map(([left, top, right, bottom]) => {
    const element = h("span", { class: `over ${kind}`, "aria-hidden": "true" });
    Object.assign(element.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
    return element;
  });
}

const share = (value) => `${(value * 100).toFixed(3)}%`;
