// Text hygiene: what is dropped from every text before it is shown.

/** The three flags that are spelled with tag characters: England, Scotland, Wales. */
const flags = ['gbeng', 'gbsct', 'gbwls']
  .map((letters) => {
    const tags = Array.from(letters, (letter) => `\\u{E00${letter.charCodeAt(0).toString(16)}}`);
    return `\\u{1F3F4}${tags.join('')}\\u{E007F}`;
  })
  .join('|');
const emoji = '\\p{Extended_Pictographic}';
const oneEmoji = `${emoji}[\\uFE0F\\p{Emoji_Modifier}]*`;
const joinedEmoji = `${oneEmoji}(?:\\u200D${oneEmoji})*`;
const keycap = '[0-9#*]\\uFE0F?\\u20E3';
const hidden = '[\\u{E0000}-\\u{E007F}\\u200B\\u200C\\u200D\\u2060\\uFE00-\\uFE0F\\u202D\\u202E]';
const cleaner = new RegExp(`(${flags}|${keycap}|${joinedEmoji})|${hidden}`, 'gu');

/** Drops invisible code points that can hide instructions; valid emoji keep their joiners. */
export function cleanText(text: string): string {
  return text.replace(cleaner, (_match, kept: string | undefined) => kept ?? '');
}

/** A file name fit to show: no path, no control or direction characters, at most 120 characters. */
export function cleanFileName(name: string): string {
  const base = name.split(/[\\/]/).pop() ?? name;
  const clean = cleanText(base.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, ''));
  return clean.length > 120 ? `${clean.slice(0, 80)}…${clean.slice(-36)}` : clean;
}

/** Random id of the shape that Idempotency-Key and message keys use. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
