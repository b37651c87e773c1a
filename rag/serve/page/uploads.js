/** Adding files: chosen, or dropped anywhere on the page; what becomes of each is told. */

import { get, send } from "./api.js";
import { foreign, h, iconButton, say, visible } from "./dom.js";
import { notice } from "./notice.js";
import { changed as renew, link, may, state } from "./state.js";
import { fileOf, many, took } from "./words.js";

const EVERY = 700; // ms between two looks at a job
const REFUSED = new Set([413, 415, 422]); // a file that is too large, or of no kind that is read
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
  const line = h("p");
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": `Adding ${what}`, "aria-valuemin": "0", "aria-valuemax": "100" }, h("span"));
  const box = h("div", { class: "job" }, h("div", { class: "row" }, h("b", {}, foreign(what)), iconButton("close", "Put this away", () => box.remove())), bar, line);
  const tell = (share, said) => { fill(bar, share); line.textContent = visible(said); };
  document.getElementById("tray").append(box);
  try {
    const { jobs, refused } = await sent(files, (share) => tell(share / 2, share < 1 ? `Sending: ${Math.round(share * 100)}%` : "Sent."));
    const ended = [];
    for (const job of jobs) ended.push(await followed(job, name, tell));
    const all = (key) => ended.flatMap((job) => job[key]);
    const failed = [...refused, ...all("failed")];
    bar.remove();
    line.replaceWith(...outcome({ added: all("added"), changed: all("changed"), notes: all("notes"), failed, seconds: ended.reduce((sum, job) => sum + job.seconds, 0), broken: ended.find((job) => job.state === "failed") }).filter(Boolean));
    say(box.textContent);
    await renew();
  } catch (problem) {
    bar.remove();
    line.replaceWith(notice(problem, () => { box.remove(); add(files); }));
  }
}

/** Sends files in one go; where one of them is refused, each by itself, so that the others are read. */
async function sent(files, onsent) {
  try {
    return { jobs: [(await send("documents", files, onsent)).job], refused: [] };
  } catch (problem) {
    if (!REFUSED.has(problem.status)) throw problem;
    if (files.length === 1) return { jobs: [], refused: [{ path: files[0].name, reason: problem.detail }] };
  }
  const all = { jobs: [], refused: [] };
  for (const [i, file] of files.entries()) {
    const one = await sent([file], (share) => onsent((i + share) / files.length));
    all.jobs.push(...one.jobs);
    all.refused.push(...one.refused);
  }
  return all;
}

/** A job, once it has ended. */
async function followed(id, index, tell) {
  const began = Date.now();
  for (;;) {
    const job = await get(["jobs", id], { index });
    if (job.state === "done" || job.state === "failed") return job;
    const counted = job.files_total > 1 ? `${job.files} of ${many(job.files_total, "file")}` : "";
    const left = job.seconds_left > 2 ? `${Math.round(job.seconds_left)} s left` : `${Math.round((Date.now() - began) / 1000)} s`;
    tell(0.5 + 0.45 * (job.files_total ? job.files / job.files_total : 0),
      job.state === "waiting" ? "Waiting for its turn …" : [capital(job.message || "reading"), counted, left].filter(Boolean).join(" · "));
    await new Promise((resolve) => { setTimeout(resolve, EVERY); });
  }
}

/** What became of the files: added, changed, failed with reasons, notes. */
function outcome({ broken, added, changed, failed, notes, seconds }) {
  const listed = (what, all) => all.length > 0 && h("div", {}, h("p", {}, h("b", {}, what)),
    h("ul", {}, all.slice(0, SHOWN).map(({ path: file, reason }) => h("li", {}, foreign(fileOf(file)), ": ", reason.replace(`${file}: `, ""))), all.length > SHOWN && h("li", {}, `and ${all.length - SHOWN} more`)));
  const all = [...added, ...changed];
  const did = [added.length && `${many(added.length, "file")} added`, changed.length && `${many(changed.length, "file")} brought up to date`].filter(Boolean).join(", ");
  return [
    broken && h("p", { class: "failure" }, broken.message || "It did not work. Try again."),
    !broken && h("p", {}, did ? [`${did} in ${took(seconds)}. Ask about ${all.length === 1 ? "it" : "them"}, or `, h("a", { href: link("documents", "", { q: all.length === 1 ? all[0] : "" }) }, "see"), "."]
      : failed.length ? "" : "Nothing new: the index holds this already."),
    listed("Not read:", failed), listed("Read, but:", notes),
  ];
}

function fill(bar, share) {
  bar.setAttribute("aria-valuenow", Math.round(share * 100));
  bar.firstChild.style.width = `${share * 100}%`;
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
