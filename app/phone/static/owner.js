// Whose phone this is: kept in the address's fragment, which no server sees, and on this computer.

import { byId, make } from "./find.js";
import * as server from "./server.js";

const KEPT = "bei.phone.msisdn";

// A browser may forbid keeping anything; then the address alone remembers.
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export function remembered() {
  return location.hash.slice(1).replace("%2B", "+") || kept() || "";
}

export function remember(msisdn) {
  history.replaceState(null, "", `#${msisdn}`);
  try {
    localStorage.setItem(KEPT, msisdn);
  } catch {
    // See above.
  }
}

export class Owner {
  constructor({ newcomer, pick }) {
    this.newcomer = newcomer;
    this.pick = pick;
    this.field = byId("msisdn");
    byId("number").addEventListener("submit", (event) => {
      event.preventDefault();
      this.pick(this.field.value);
    });
    window.addEventListener("hashchange", () => this.pick(remembered()));
  }

  async list() {
    const found = await server.people().catch(() => ({ people: [] }));
    const somebodyNew = { msisdn: this.newcomer, name: "Somebody new", face: "?" };
    this.people = this.newcomer ? [somebodyNew, ...found.people] : found.people;
    byId("people").replaceChildren(...this.people.map((person) => this.row(person)));
    this.mark();
  }

  row(person) {
    const button = make("button", "person");
    button.type = "button";
    button.dataset.msisdn = person.msisdn;
    const name = make("span", "person-name", person.name);
    if (person.masked) name.append(" ", make("span", "demo", "DEMO"));
    name.append(make("span", "person-role", aboutOf(person)));
    const face = make("span", "face", person.face ?? person.name[0]);
    face.setAttribute("aria-hidden", "true");
    button.append(face, name);
    button.addEventListener("click", () => this.pick(person.msisdn));
    const item = make("li");
    item.append(button);
    return item;
  }

  show(msisdn) {
    this.msisdn = msisdn;
    this.field.value = msisdn;
    this.fault("");
    this.mark();
  }

  fault(words) {
    byId("number-fault").textContent = words;
    this.field.setAttribute("aria-invalid", String(Boolean(words)));
  }

  mark() {
    for (const button of byId("people").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.msisdn === this.msisdn));
    }
  }
}

function aboutOf(person) {
  if (!person.masked) return "A number that Bei has never met";
  const role = person.group ? `${person.role}, ${person.group}` : "reports prices";
  return `${role[0].toUpperCase()}${role.slice(1)} · ${person.masked}`;
}
