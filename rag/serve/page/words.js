/** How things are said: counts, times, places, how sure. */

export const many = (count, what, plural = `${what}s`) => `${count.toLocaleString("en")} ${count === 1 ? what : plural}`;

/** "travel.pdf", and "policies" of "policies/travel.pdf". */
export const fileOf = (source) => source.slice(source.lastIndexOf("/") + 1);
export const folderOf = (source) => source.slice(0, Math.max(0, source.lastIndexOf("/")));

/** "page 3" of a citation or hit: its place without the name of its file. */
export const whereIn = ({ place, source }) =>
  place?.startsWith(source) ? place.slice(source.length).replace(/^[,\s]+/, "") : (place ?? "");

/** "3 minutes ago", "12 March"; of seconds since 1970 or an ISO date. */
export function when(time) {
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  if (Number.isNaN(+date)) return String(time ?? "");
  const minutes = (Date.now() - date) / 60000;
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${many(Math.floor(minutes), "minute")} ago`;
  if (minutes < 24 * 60) return `${many(Math.floor(minutes / 60), "hour")} ago`;
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: sameYear ? undefined : "numeric" });
}

export const took = (seconds) => (seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`);

/** What a question took of a paid model, and what is left of today's budget; "" where nothing is paid or limited. */
export function spent({ cost, input_tokens: read = 0, output_tokens: written = 0, tokens_left: tokens, money_left: money } = {}) {
  return [
    cost != null && `${many(read + written, "token")}, cost ${cost.toFixed(4)}`,
    tokens != null && `${many(tokens, "token")} left today`,
    money != null && `${money.toFixed(2)} left today`,
  ].filter(Boolean).join(" · ");
}

/** How sure, in words: [said, explained]. The bundled reader's confidence is a calibrated probability; that
 * of a model that writes is the support of its weakest sentence. */
export function sure({ tier, confidence }) {
  const level = [0.9, 0.75, 0.55].findIndex((from) => confidence >= from);
  const step = level < 0 ? 3 : level;
  if (tier === "written") {
    return [["Well supported", "Supported", "Partly supported", "Weakly supported"][step],
      "by the passages it cites, its weakest sentence"];
  }
  const tenths = Math.round(confidence * 10);
  const share = confidence >= 0.96 ? "nearly all" : `about ${Math.min(9, Math.max(1, tenths))} in 10`;
  const said = ["Very likely right", "Likely right", "Rather likely right", "Unsure: check it"];
  return [said[step], `${share} answers like this are`];
}
