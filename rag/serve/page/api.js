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
const WORDS = {
  401: ["A key is needed", "Sign in, or check that the whole key was copied."],
  403: ["Not with this key", "Ask whoever runs this server for a key that may do that."],
  404: ["There is no such thing here (any more)", "Go back, or reload the page."],
  413: ["That is too large", "Try a smaller file, or a shorter question."],
  429: ["Too many requests", "Wait a moment, then try again."],
  503: ["The server is busy", "Wait a moment, then try again."],
};

/** Told to the page when a key is needed (again). */
export const signedOut = new EventTarget();

/** A path with its parameters; those without a value are left out. */
export function path(name, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value != null));
  return `api/${name}${query.size ? `?${query}` : ""}`;
}

/** The answer of a request, as JSON. Throws a Problem. */
export async function call(address, { method = "GET", body, signal } = {}) {
  const response = await request(address, { method, body, signal });
  return response.status === 204 ? null : response.json().catch(() => null);
}

/** The events of an answer that comes bit by bit: {name, data}. Throws a Problem. */
export async function* events(address, body, signal) {
  const response = await request(address, { method: "POST", body, signal });
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
export function send(address, files, onsent) {
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
    sender.open("POST", address);
    sender.send(form);
  });
}

async function request(address, { method, body, signal }) {
  let response;
  try {
    response = await fetch(address, {
      method, signal, credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(OFFLINE);
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  if (response.status === 401 && !address.startsWith("api/session")) signedOut.dispatchEvent(new Event("needed"));
  throw problemOf({ ...said, status: response.status }, response.headers.get("Retry-After"));
}

function problemOf(said, retry) {
  const [title, detail] = WORDS[said.status] ?? ["That did not work", "Try again; if it stays so, tell whoever runs this server."];
  return new Problem({
    title: said.title || title,
    detail: (typeof said.detail === "string" && said.detail) || detail,
    status: said.status ?? 0,
    retry: Number(retry) || Number(said.retry_after) || 0,
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
