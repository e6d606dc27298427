// What a text costs on the air, as messaging/segments.py counts it.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

export function measure(text) {
  const letters = [...text];
  if (letters.every((letter) => BASIC.has(letter) || EXTENDED.has(letter))) {
    const widths = letters.map((letter) => (EXTENDED.has(letter) ? 2 : 1));
    return { encoding: "GSM-7", ...count(widths, 160, 153) };
  }
  const widths = letters.map((letter) => letter.length);
  return { encoding: "UCS-2", ...count(widths, 70, 67) };
}

function count(widths, whole, part) {
  const length = widths.reduce((sum, width) => sum + width, 0);
  if (length <= whole) return { length, segments: 1, room: whole };
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { length, segments, room: segments * part };
}
