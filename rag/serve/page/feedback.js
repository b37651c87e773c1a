/** Thumbs: was an answer right; and what would have been. */

import { button, h, icon, say, soft } from "./dom.js";
import { post } from "./api.js";

/** Two buttons; the second asks for the right answer, which may be left out. */
export function feedback(answer) {
  const place = h("span", { class: "feedback row" });
  const thumb = (name, label, onclick) => button(icon(name), onclick, { class: "bare", "aria-label": label, title: label });
  const ask = () => place.replaceChildren(
    thumb("right", "This is right", () => tell({ right: true })),
    thumb("wrong", "This is wrong", wrong));
  const wrong = () => {
    const right = h("input", { "aria-label": "The right answer, if you know it", placeholder: "The right answer, if you know it", maxlength: "2000" });
    place.replaceChildren(h("form", { class: "row", onsubmit: (event) => {
      event.preventDefault();
      tell({ right: false, ...(right.value.trim() && { right_answer: right.value.trim() }) });
    } }, right, h("button", {}, "Send"), button("Not now", ask, { class: "quiet" })));
    right.focus();
  };
  const tell = async (said) => {
    try {
      await post("feedback", { answer: answer.id, ...said });
      place.replaceChildren(soft(said.right ? "Marked as right. Thank you." : "Marked as wrong. Thank you: it helps to make this better."));
      say("Thank you.");
    } catch (problem) {
      place.replaceChildren(soft(`${problem.title}. `), button("Try again", ask, { class: "quiet" }));
    }
  };
  ask();
  return place;
}
