/** Adding files: chosen, or dropped anywhere on the page; what becomes of each is told. */

import { get, send } from "./api.js";
import { foreign, h, iconButton } from "./dom.js";
import { notice } from "./notice.js";
import { changed, may, state } from "./state.js";
import { many, took } from "./words.js";

const EVERY = 700; // ms between two looks at a job
const SHOWN = 8; // files of a list before the rest is only counted

/** Lets a person choose files. */
export function choose() {
  const input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => { add([...input.files]); input.remove(); } });
  document.body.append(input);
  input.click();
}

/** The whole page takes files that are dropped on it. */
export function dropping() {
  const over = h("div", { class: "drop", hidden: true }, h("p"));
  document.body.append(over);
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files") && state.index;
  const leave = () => { depth = 0; over.hidden = true; };
  addEventListener("dragenter", (event) => {
    if (!files(event)) return;
    depth += 1;
    over.firstChild.textContent = may("upload") ? `Drop to add to ${state.index.title || state.index.name}` : "Your key may not add files here";
    over.hidden = false;
  });
  addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) leave(); });
  addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    leave();
    if (may("upload")) add([...event.dataTransfer.files]);
  });
}

async function add(files) {
  if (!files.length) return;
  const { name } = state.index;
  const what = files.length === 1 ? files[0].name : many(files.length, "file");
  const line = h("p", {}, "");
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": `Adding ${what}`, "aria-valuemin": "0", "aria-valuemax": "100" }, h("span"));
  const done = iconButton("close", "Put this away", () => box.remove());
  const box = h("div", { class: "job" }, h("div", { class: "row" }, h("b", {}, foreign(what)), done), bar, line);
  document.getElementById("tray").append(box);
  try {
    const { job } = await send("documents", files, (share) => {
      fill(bar, share / 2);
      line.textContent = share < 1 ? `Sending: ${Math.round(share * 100)}%` : "Sent.";
    });
    await follow(job, name, { bar, line, box });
    await changed();
  } catch (problem) {
    bar.remove();
    line.replaceWith(notice(problem, () => { box.remove(); add(files); }));
  }
}

async function follow(id, index, { bar, line, box }) {
  for (;;) {
    const job = await get(["jobs", id], { index });
    if (job.state === "done" || job.state === "failed") {
      bar.remove();
      line.replaceWith(...outcome(job).filter(Boolean));
      box.classList.toggle("bad", job.state === "failed" || job.failed.length > 0);
      return;
    }
    const counted = job.files_total > 1 ? `${job.files} of ${many(job.files_total, "file")}` : "";
    line.textContent = job.state === "waiting" ? "Waiting for its turn …" : [capital(job.message || "reading"), counted, took(job.seconds)].filter(Boolean).join(" · ");
    fill(bar, 0.5 + (job.files_total ? job.files / job.files_total : 0) / 2);
    await new Promise((resolve) => { setTimeout(resolve, EVERY); });
  }
}

/** What became of the files: added, changed, failed with reasons, notes. */
function outcome({ state: ended, message, added, changed, failed, notes, seconds }) {
  const listed = (what, all) => all.length > 0 && h("div", {}, h("p", {}, h("b", {}, what)),
    h("ul", {}, all.slice(0, SHOWN).map(({ path: file, reason }) => h("li", {}, foreign(file), ": ", reason)), all.length > SHOWN && h("li", {}, `and ${all.length - SHOWN} more`)));
  const did = [added.length && `${many(added.length, "file")} added`, changed.length && `${many(changed.length, "file")} brought up to date`].filter(Boolean).join(", ");
  return [
    ended === "failed" && h("p", { class: "failure" }, message || "It did not work. Try again."),
    ended === "done" && h("p", {}, did ? `${did} in ${took(seconds)}. Ask about ${added.length + changed.length === 1 ? "it" : "them"}.` : failed.length ? "" : "Nothing new: the index holds this already."),
    listed("Not read:", failed), listed("Read, but:", notes),
  ];
}

function fill(bar, share) {
  bar.setAttribute("aria-valuenow", Math.round(share * 100));
  bar.firstChild.style.width = `${share * 100}%`;
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
