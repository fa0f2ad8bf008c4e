// What the model says in a test, chosen by a marker in the last visitor message: "[[table]]
// please". `[[xss:17/3]]` says payload 17 in deltas of three characters. Used by the fake server and
// by the scripted upstream, so both tell the same story.
//
// A script is a list of steps: {text} says it, {wait} pauses (ms), {hold} waits until the test lets
// it go on, {error} fails the call, {cut} drops the provider's line without an end.

import { corpus } from '../corpus/index.mjs';

const words = (text) => text.split(/(?<= )/).map((piece) => ({ text: piece }));
const long = 'Exact answers come from the rows themselves, and every one of them is counted. ';

const tableText = `Here are the totals by city:

| City | Orders | Total |
|:-----|-------:|------:|
| Berlin | 128 | 21,904.10 |
| Hamburg | 119 | 19,377.45 |
| Munich | 131 | 22,610.00 |

The query behind it:

\`\`\`sql
SELECT city, COUNT(*) AS orders, SUM(total) AS total
FROM orders GROUP BY city ORDER BY total DESC;
\`\`\`

1. **Munich** leads by a little.
2. *Hamburg* has the smallest share:
   - fewer orders
   - lower totals
`;

const scripts = {
  slow: () => words(long.repeat(12)).flatMap((step) => [{ wait: 40 }, step]),
  half: () => [...words(long.repeat(6)), { hold: true }, ...words(long.repeat(6))],
  fast: () => words(long.repeat(3)),
  long: () => words(long.repeat(60)),
  table: () => words(tableText).flatMap((step) => [{ wait: 4 }, step]),
  code: () =>
    words('```js\nconst x = 1;\n')
      .flatMap((step) => [{ wait: 20 }, step])
      .concat([{ wait: 700 }, { text: '```\nDone.' }]),
  fail: () => [{ error: 'overloaded' }],
  cut: () => [...words('This answer stops in the middle '), { cut: true }],
  broken: () => [...words('This answer breaks in the middle '), { error: 'interrupted' }],
  wait: () => [{ hold: true }, { text: 'Here I am.' }],
  wide: () => [{ text: `${'W'.repeat(600)} https://example.com/${'path'.repeat(80)}` }],
  arabic: () => words('مرحبًا! هذه إجابة قصيرة عن **الطلبات** في برلين: 128 طلبًا.'),
  links: () => [
    { text: 'Mine: https://visitor-said.example/x and theirs: [click](https://evil.example/?q=1)' },
  ],
};

/** A text in deltas of `width` characters each. */
function pieces(text, width) {
  const letters = Array.from(text);
  const count = Math.ceil(letters.length / width);
  return Array.from({ length: count }, (_, at) => ({
    text: letters.slice(at * width, (at + 1) * width).join(''),
  }));
}

/** The steps for a visitor message; without a marker it is echoed in a friendly sentence. */
export function scriptFor(message) {
  const [, name, number, width = '1'] = /\[\[(\w+)(?::(\d+))?(?:\/(\d+))?\]\]/.exec(message) ?? [];
  if (name === 'xss') return pieces(corpus[Number(number)], Number(width));
  if (name && scripts[name]) return scripts[name]();
  return words(`You said: ${message.slice(0, 200)}. That is a good question.`).flatMap((step) => [
    { wait: 5 },
    step,
  ]);
}
