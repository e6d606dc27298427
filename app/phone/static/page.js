// Joins the parts of the page: the phone, whose it is, and what there is to try.

import { Call, Dial } from "./calls.js";
import { byId } from "./find.js";
import { Handset } from "./handset.js";
import { Home } from "./home.js";
import { Owner, remember, remembered } from "./owner.js";
import * as server from "./server.js";
import { Texts } from "./texts.js";

const TYPING_MS = 380;

const handset = new Handset();
let unread = 0;

const phone = {
  msisdn: "",
  changed(view) {
    if (handset.view === view) handset.label();
  },
  owner({ name, is_demo, masked }) {
    byId("from").textContent = `from ${name ?? masked}`;
    byId("demo-mark").hidden = !is_demo;
    home.owner(name ? `${name}’s phone · ${masked}` : `${masked}`);
  },
};

const toHome = () => handset.show(home);
const home = new Home({ texts: () => handset.show(texts), dial: (key) => openDial(key) });
const texts = new Texts({ phone, home: toHome, arrived, opened: () => count(0) });
const call = new Call({ phone, home: toHome });
const dial = new Dial({ phone, home: toHome, start });
const owner = new Owner({ newcomer: document.body.dataset.newcomersNumber, pick });

function openDial(key = "") {
  handset.show(dial);
  if (key) dial.press(key);
}

function start(code) {
  handset.show(call);
  return call.start(code);
}

function arrived(fresh) {
  if (fresh.length && handset.view !== texts) count(unread + fresh.length);
}

function count(number) {
  unread = number;
  home.unread(unread);
}

// The server knows what a number looks like in each country; the old phone stays until it agrees.
async function pick(written) {
  let thread;
  try {
    thread = await server.thread(written);
  } catch (refused) {
    owner.fault(refused.message);
    return;
  }
  if (thread.msisdn !== phone.msisdn) {
    phone.msisdn = thread.msisdn;
    remember(phone.msisdn);
    texts.forget();
    count(0);
    handset.show(thread.texts.length ? texts : home, { focus: false });
  }
  owner.show(phone.msisdn);
  texts.take(thread);
  texts.poll();
}

const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Examples are typed out, so that one sees what a person would do.
async function typeInto(field, words) {
  const pause = wantsCalm() ? 0 : TYPING_MS / words.length;
  for (let length = 1; length <= words.length; length += 1) {
    field.value = words.slice(0, length);
    field.dispatchEvent(new Event("input"));
    if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

let trying = false;

async function tryOut({ text, code }) {
  if (trying) return;
  trying = true;
  const view = code ? dial : texts;
  handset.show(view, { focus: false });
  const behavior = wantsCalm() ? "instant" : "smooth";
  handset.element.scrollIntoView({ block: "nearest", behavior });
  if (text || code) {
    await typeInto(view.field, text ?? code);
    handset.flash("call");
    handset.press("call");
  } else {
    await texts.bulletin();
  }
  trying = false;
}

for (const button of document.querySelectorAll(".try")) {
  button.addEventListener("click", () => tryOut(button.dataset));
}

handset.show(home, { focus: false });
owner.list();
await pick(remembered() || owner.newcomer);
if (!phone.msisdn && owner.newcomer) await pick(owner.newcomer);
handset.element.dataset.ready = "true";
