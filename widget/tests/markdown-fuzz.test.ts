// Markdown made by chance, from pieces that parsers trip over: whatever a model writes and wherever
// its stream is cut, nothing throws, nothing but harmless elements appears, and the text that grew
// is the text drawn at once. A seed gives the same texts again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RenderContext } from '../chat/markdown/render';
import { MarkdownStream } from '../chat/markdown/stream';
import { fakeDocument } from './dom';

const texts = process.env['PARLEY_TEST_EXTENDED'] ? 50_000 : 1_500;

const pieces = [
  '\n', '\n\n', ' ', '    ', '\t', '# ', '- ', '* ', '1. ', '> ', '```', '```js\n', '~~~', '`', '``', '**', '*', '_',
  '__', '~~', '[', ']', '](', ')', '![', '<', '>', '&', '&lt;', '&#x6a;', '\\', '|', '|---|', '\n|a|b|\n|-|-|\n|c|d|\n',
  '---\n', '===\n', '- [ ] ', '[x]: https://evil.test/\n', '[x]', '[a](https://good.example/b)', '[a](javascript:alert(1))',
  '[a](https://evil.test/?q=secret "t")', '![a](https://evil.test/x.png)', 'https://evil.test/', 'www.evil.test',
  'a@evil.test', '<https://evil.test>', '<img src=x onerror=alert(1)>', '<script>', '</script>', '<!--', '-->', '<a href="',
  '<svg/onload=', 'data:text/html,x', 'word', 'Wörter', '語', '🎉', '\u202e', '\u200b', '\0', '\ud83c', '\r', '\r\n',
];

/** Numbers from 0 below `n` (a linear congruence: the same sequence in each run). */
function chance(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const context: RenderContext = {
  document: fakeDocument,
  copy: () => {},
  labels: { copyCode: 'Copy', copyLink: 'Copy link' },
  linkSources: () => ({ hosts: ['good.example'], said: [] }),
};

interface Drawn {
  name?: string;
  href?: string;
  childNodes: Drawn[];
}

const harmless = new Set(
  ('p span div pre code button ol ul li table thead tbody tr th td strong em del blockquote hr br a').split(' '),
);

function check(node: Drawn, text: string): void {
  if (node.name) assert.ok(harmless.has(node.name), `<${node.name}> of ${JSON.stringify(text)}`);
  if (node.href !== undefined) {
    assert.match(node.href, /^(https?:\/\/good\.example(\/|$)|mailto:|tel:)/, JSON.stringify(text));
  }
  for (const child of node.childNodes) check(child, text);
}

function draw(text: string, nextPiece: () => number): string {
  const root = fakeDocument.createElement('div');
  const stream = new MarkdownStream(root, context);
  for (let at = nextPiece(); at < text.length; at += nextPiece()) {
    stream.show(text.slice(0, at), false);
    check(root as unknown as Drawn, text);
  }
  stream.show(text, true);
  check(root as unknown as Drawn, text);
  return Array.from(root.childNodes).join('');
}

test(`${texts} texts made by chance draw nothing harmful, however they are cut`, () => {
  const below = chance(7);
  for (let i = 0; i < texts; i++) {
    const text = Array.from({ length: 1 + below(30) }, () => pieces[below(pieces.length)]).join('');
    const whole = draw(text, () => text.length);
    assert.equal(draw(text, () => 1 + below(12)), whole, JSON.stringify(text));
  }
});

test('what is nested deeper than the stack is shown as it stands', () => {
  for (const piece of ['> ', '>- ', '- > ', '1. > ']) {
    const text = piece.repeat(4_000);
    assert.ok(draw(text, () => text.length).length > 0, piece);
  }
});
