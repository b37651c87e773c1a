/** Elements, made of names and values alone: whatever is foreign goes in as text, never as markup. */

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text with every character spelt out that would hide something or turn the direction of writing. */
export const visible = (text) =>
  String(text).replace(UNSAFE, (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`);

/** An element. `on...` are listeners, `true` and `false` set and leave out, the rest are attributes. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, visible(value));
  }
  return put(element, ...children);
}

/** Nodes and texts at the end of an element. */
export function put(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child == null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : visible(child));
  }
  return element;
}

/** A picture of the page's own, beside a text that says the same; or alone, in an element with a label. */
export function icon(name) {
  const svg = vector("svg", { class: "icon", "aria-hidden": "true" });
  svg.append(vector("use", { href: `#i-${name}` }));
  return svg;
}

/** An element of SVG. */
export function vector(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return put(element, ...children);
}

/** A button; without a text `label` says what it does. */
export function button(content, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, content);
}

/** Words that stand back. */
export const soft = (...children) => h("span", { class: "soft" }, ...children);

/** A button that shows a picture alone. */
export const iconButton = (name, label, onclick, attributes = {}) =>
  button(icon(name), onclick, { class: "bare", "aria-label": label, title: label, ...attributes });

/** A name of foreign making: its direction of writing ends with it. */
export const foreign = (text, attributes = {}) => h("bdi", attributes, text);

/** Said once to who listens to the page instead of looking at it. */
export function say(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = visible(text); });
}

/** Asks before something that can't be undone. Resolves to whether it is to be done. */
export function confirmed(question, verb) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-label": question, onclose: () => { dialog.remove(); resolve(dialog.returnValue === "yes"); } },
      h("form", { method: "dialog" }, h("p", {}, question),
        h("div", { class: "row end" }, h("button", { value: "no", autofocus: true }, "Keep it"),
          h("button", { value: "yes", class: "danger" }, verb))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
