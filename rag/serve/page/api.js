/** Speaking with the server: JSON, streams of events, problems in words. */

/** What went wrong, and what to do. `retry`: seconds after which another try makes sense, else 0. */
export class Problem extends Error {
  constructor({ title, detail = "", status = 0, retry = 0 }) {
    super(title);
    Object.assign(this, { title, detail, status, retry });
  }
}

const OFFLINE = {
  title: "The server can't be reached",
  detail: "Is it still running, and is this device on the network? Nothing that you wrote is lost.",
};
const UNTOLD = {
  title: "That did not work",
  detail: "Try again; if it stays so, tell whoever runs this server.",
};

/** Told to the page when a key is needed (again). */
export const signedOut = new EventTarget();

let index = "";

/** Every request is about this index from now on, unless it names another. */
export const use = (name) => { index = name; };

/** The address of `parts` ("filters", ["documents", 5]), with parameters; those without a value are left out. */
export function address(parts, parameters = {}) {
  const all = Object.entries({ index, ...parameters }).filter(([, value]) => value !== "" && value != null);
  return `api/${[parts].flat().map(encodeURIComponent).join("/")}${all.length ? `?${new URLSearchParams(all)}` : ""}`;
}

/** What the server says to each, as JSON. All throw a Problem. */
export const get = (parts, parameters) => call(address(parts, parameters), { method: "GET" });
export const post = (parts, body) => call(address(parts, { index: "" }), { method: "POST", body: { ...(index && { index }), ...body } });
export const patch = (parts, body) => call(address(parts), { method: "PATCH", body });
export const remove = (parts, parameters) => call(address(parts, parameters), { method: "DELETE" });

async function call(where, options) {
  const response = await request(where, options);
  return response.status === 204 ? null : response.json().catch(() => null);
}

/** The events of an answer that comes bit by bit: {name, data}. Throws a Problem. */
export async function* events(parts, body, signal) {
  const response = await request(address(parts, { index: "" }), { method: "POST", body: { index, ...body }, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      held += (value ?? "").replaceAll("\r", "");
      const parts = held.split("\n\n");
      held = done ? "" : parts.pop();
      for (const part of parts) {
        const event = parsed(part);
        if (event?.name === "problem") throw problemOf(event.data, 0);
        if (event) yield event;
      }
      if (done) return;
    }
  } catch (error) {
    throw error instanceof TypeError ? new Problem(OFFLINE) : error;
  }
}

/** Sends files; `onsent` is told the share of bytes sent. Resolves to the job. */
export function send(parts, files, onsent) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const sender = new XMLHttpRequest(); // fetch tells nothing of what has been sent
    sender.upload.onprogress = (event) => event.lengthComputable && onsent(event.loaded / event.total);
    sender.onerror = () => reject(new Problem(OFFLINE));
    sender.onload = () => {
      let said = null;
      try { said = JSON.parse(sender.responseText); } catch { /* told by its status */ }
      if (sender.status < 300) resolve(said);
      else reject(problemOf({ ...said, status: sender.status }, sender.getResponseHeader("Retry-After")));
    };
    sender.open("POST", address(parts));
    sender.send(form);
  });
}

async function request(where, { method, body, signal }) {
  let response;
  try {
    response = await fetch(where, {
      method, signal, credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(OFFLINE);
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  if (response.status === 401 && !where.startsWith("api/session")) signedOut.dispatchEvent(new Event("needed"));
  throw problemOf({ ...said, status: response.status }, response.headers.get("Retry-After"));
}

function problemOf(said, retry) {
  return new Problem({
    title: said.title || UNTOLD.title,
    detail: (typeof said.detail === "string" && said.detail) || UNTOLD.detail,
    status: said.status ?? 0,
    retry: Number(retry) || 0,
  });
}

function parsed(part) {
  let name = "message";
  const data = [];
  for (const line of part.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5));
  }
  return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
}
