/** Problems, told to a person with what to do. */

import { button, h } from "./dom.js";

const LONGEST = 60; // seconds that the page waits by itself

/** A box with what went wrong. `again` tries once more; where the server says when, by itself. */
export function notice(problem, again) {
  const wait = h("span");
  const box = h("div", { class: "notice", role: "alert" }, h("strong", {}, problem.title ?? "That did not work"),
    h("p", {}, problem.detail ?? String(problem)));
  if (!again) return box;
  let left = problem.retry <= LONGEST ? Math.ceil(problem.retry) : 0;
  const retry = () => { clearInterval(timer); box.remove(); again(); };
  const timer = left && setInterval(() => {
    left -= 1;
    if (!box.isConnected) clearInterval(timer);
    else if (left <= 0) retry();
    else tell();
  }, 1000);
  const tell = () => { wait.textContent = left > 0 ? `Trying again in ${left} s` : ""; };
  tell();
  box.append(h("div", { class: "row" }, button(left ? "Try now" : "Try again", retry), wait));
  return box;
}
