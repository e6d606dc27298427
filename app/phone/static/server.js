// What the page asks of the server. A refusal is one sentence to show.

export class Refused extends Error {}

const OUT_OF_REACH = "Bei cannot be reached. Is it still running?";

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(`phone/${path}`, { cache: "no-store", ...options });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refused(OUT_OF_REACH);
  }
  if (answer.status === 304) return null;
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return { ...said, etag: answer.headers.get("ETag") };
  throw new Refused(said?.error ?? "Bei could not answer. Its log says why.");
}

function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bei-Phone": "1" },
    body: JSON.stringify(body),
  });
}

export const people = () => ask("people");
export const text = (msisdn, words) => post("text", { msisdn, text: words });
export const dial = (msisdn, code, session, inputs) =>
  post("dial", { msisdn, code, session, inputs });

export const bulletin = (msisdn) => post("bulletin", { msisdn });

// Null when nothing has changed since the answer that bore this ETag.
export const thread = (msisdn, etag, signal) =>
  ask(`thread?msisdn=${encodeURIComponent(msisdn)}`, {
    signal,
    headers: etag ? { "If-None-Match": etag } : {},
  });
