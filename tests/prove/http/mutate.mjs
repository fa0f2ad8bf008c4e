// Requests made wrong by chance, the same each time: a seed gives the same ones again.

/** What parsers trip over. */
const words = [
  '\r\n', '\n', '\r', '\0', ' ', '\t', '\x0b', ':', ';', ',', '"', '%', '#', '?', '0', '-1', '+', '\xff',
  'chunked', 'Content-Length: 5', 'Content-Length: 0', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity',
  'Connection: close', 'Connection: keep-alive', 'Expect: 100-continue', 'Upgrade: h2c', 'Host: other', 'HTTP/1.0',
  '0\r\n\r\n', '5\r\nhello\r\n', '\r\n ', '\r\n\r\n',
];

const insertAt = (text, at, part) => text.slice(0, at) + part + text.slice(at);

/** Ways to change `text`; `pick(n)` is a number below n. */
const changes = [
  (text, pick) => insertAt(text, pick(text.length + 1), words[pick(words.length)]),
  (text, pick) => insertAt(text, pick(text.length + 1), String.fromCharCode(pick(256))),
  (text, pick) => {
    const at = pick(text.length);
    return text.slice(0, at) + String.fromCharCode(pick(256)) + text.slice(at + 1);
  },
  (text, pick) => {
    const at = pick(text.length);
    return text.slice(0, at) + text.slice(at + 1 + pick(4));
  },
  (text, pick) => {
    const lines = text.split('\r\n');
    const line = lines[pick(lines.length)];
    lines.splice(pick(lines.length), 0, line);
    return lines.join('\r\n');
  },
  (text, pick) => {
    const lines = text.split('\r\n');
    const [line] = lines.splice(pick(lines.length), 1);
    lines.splice(pick(lines.length + 1), 0, line);
    return lines.join('\r\n');
  },
  (text, pick) => {
    const lines = text.split('\r\n');
    const at = 1 + pick(lines.length);
    return lines.slice(0, at).join('\r\n') + '\n' + lines.slice(at).join('\r\n');
  },
  (text, pick) => {
    const lines = text.split('\r\n');
    lines.splice(1 + pick(lines.length), 0, words[pick(words.length)]);
    return lines.join('\r\n');
  },
];

/** `text` with up to `most` changes, perhaps none. */
export function mutate(text, random, most = 3) {
  const pick = (n) => (n > 0 ? random() % n : 0);
  let out = text;
  for (let left = pick(most + 1); left > 0; --left) out = changes[pick(changes.length)](out, pick);
  return out;
}
