// Writing letters with twelve keys: press 2 three times for c; # changes abc, ABC, 123.

const LETTERS = {
  1: ".,?!-'@1", 2: "abc2", 3: "def3", 4: "ghi4", 5: "jkl5", 6: "mno6",
  7: "pqrs7", 8: "tuv8", 9: "wxyz9", 0: " 0", "*": "*+",
};
const MODES = ["abc", "ABC", "123"];
const SAME_LETTER_MS = 900;

export class Multitap {
  constructor(field, label, mode) {
    this.field = field;
    this.label = label;
    this.mode = mode;
    this.last = { key: null, turn: 0, at: 0 };
    this.show();
  }

  press(key) {
    if (key === "#") {
      this.mode = MODES[(MODES.indexOf(this.mode) + 1) % MODES.length];
      this.last.key = null;
      this.show();
      return;
    }
    if (this.mode === "123") this.write(key, false);
    else this.writeLetter(key);
  }

  writeLetter(key) {
    const now = performance.now();
    const again = this.last.key === key && now - this.last.at < SAME_LETTER_MS;
    const turn = again ? this.last.turn + 1 : 0;
    const letters = LETTERS[key];
    const letter = letters[turn % letters.length];
    this.write(this.mode === "ABC" ? letter.toUpperCase() : letter, again);
    this.last = { key, turn, at: now };
  }

  write(letter, insteadOfLast) {
    const { selectionStart: start, selectionEnd: end } = this.field;
    const from = insteadOfLast && start === end ? Math.max(0, start - 1) : start;
    if (this.field.value.length - (end - from) >= this.field.maxLength) return;
    this.field.setRangeText(letter, from, end, "end");
    this.changed();
  }

  erase() {
    const { selectionStart: start, selectionEnd: end } = this.field;
    const from = start === end ? Math.max(0, start - 1) : start;
    this.field.setRangeText("", from, end, "end");
    this.last.key = null;
    this.changed();
  }

  changed() {
    this.field.dispatchEvent(new Event("input"));
    this.field.scrollTop = this.field.scrollHeight;
  }

  show() {
    this.label.textContent = this.mode;
  }
}
