import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedHosts, hostsIn, mayClick, parseLink, showsTarget } from '../chat/markdown/links';
import { MarkdownStream } from '../chat/markdown/stream';
import type { RenderContext } from '../chat/markdown/render';
import { corpus } from '../../tests/e2e/corpus/index.mjs';
import { fakeDocument } from './dom';

function setUp(hosts: string[] = ['good.example']) {
  const root = fakeDocument.createElement('div');
  const context: RenderContext = {
    document: fakeDocument,
    copy: () => {},
    labels: { copyCode: 'Copy', copyLink: 'Copy link' },
    linkSources: () => ({ hosts, said: [] }),
  };
  return { root, stream: new MarkdownStream(root, context) };
}

function draw(text: string, hosts?: string[]): string {
  const { root, stream } = setUp(hosts);
  stream.show(text, true);
  return root.childNodes.length ? Array.from(root.childNodes).join('') : '';
}

test('blocks and inline text become elements', () => {
  assert.equal(draw('A **b** *c* `d`'), '<p>A <strong>b</strong> <em>c</em> <code>d</code></p>');
  assert.match(draw('- a\n- b'), /<ul><li>.*a.*<\/li><li>.*b.*<\/li><\/ul>/);
  assert.match(draw('| a | b |\n|---|--:|\n| 1 | 2 |'), /<th>a<\/th><th.to-right>b/);
  assert.match(draw('## T'), /<p.h h2>T<\/p>/);
});

test('raw HTML stays text', () => {
  assert.doesNotMatch(draw('x <b onclick="y">z</b>'), /(?<!\\)<b/);
  assert.match(draw('<script>alert(1)</script>'), /\\<script\\>/);
});

test('an unclosed fence is a code block from its first line on', () => {
  assert.match(draw('```js\nconst a = 1;'), /<pre><code>const a = 1;<\/code><\/pre>/);
});

test('images are named, never fetched', () => {
  const drawn = draw('![a cat](https://evil.example/x.png)');
  assert.match(drawn, /image-text/);
  assert.doesNotMatch(drawn, /<img|evil/);
});

test('only allowed hosts become links, and the host is shown', () => {
  assert.match(
    draw('[click](https://good.example/a)'),
    /<a href=https:..good.example.a rel=noopener noreferrer nofollow>click<span.* \(good.example\)/,
  );
  assert.doesNotMatch(draw('[click](https://evil.example/?q=1)'), /<a /);
  assert.match(draw('[click](https://evil.example/?q=1)'), /evil\.example\/\?q=1/);
  assert.doesNotMatch(draw('[x](javascript:alert(1))'), /<a |javascript/);
});

test('a host the visitor wrote may be clicked', () => {
  assert.deepEqual(hostsIn('see https://shop.example/x and docs.example.org'), [
    'shop.example',
    'docs.example.org',
  ]);
  const hosts = allowedHosts({ hosts: ['*.example.org'], said: ['look at HTTPS://Shop.Example'] });
  const click = (url: string) => mayClick(parseLink(url)!, hosts);
  assert.equal(click('https://shop.example/a'), true);
  assert.equal(click('https://a.example.org/'), true);
  assert.equal(click('https://example.org.evil.example/'), false);
});

test('deceptive addresses are refused or shown as they are', () => {
  for (const bad of [
    'javascript:x',
    'data:text/html,x',
    'https://a@b.example/',
    '//evil.example',
    'java\tscript:x',
    'file:///etc',
    'https:\\\\evil.example',
  ]) {
    assert.equal(parseLink(bad), null, bad);
  }
  assert.equal(parseLink('https://аpple.example/')?.target, 'xn--pple-43d.example');
  assert.equal(parseLink('mailto:a@b.example?body=secret')?.href, 'mailto:a@b.example');
  assert.equal(parseLink('mailto:%0abcc:x@evil.example'), null);
  assert.equal(parseLink('tel:+49(30)1234-56')?.target, '+49(30)1234-56');
  assert.equal(parseLink('tel:*21*555'), null);
  assert.equal(showsTarget('https://good.example/x', parseLink('https://good.example/x')!), true);
  assert.equal(
    showsTarget('good.example.evil.example', parseLink('https://good.example/')!),
    false,
  );
});

const sample =
  'Intro **bold\nmore** text\n\n- one\n- two\n  - deep\n\n  still two\n\n1. a\n2. b\n\n' +
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x = 1;\n\nlet y;\n```\n\n' +
  '> quote\n> more\n\nHead\n====\n\nend';

test('a text that grows letter by letter ends as the whole text does', () => {
  const { root, stream } = setUp();
  for (let at = 1; at <= sample.length; at++) stream.show(sample.slice(0, at), false);
  const grown = Array.from(root.childNodes).join('');
  assert.equal(grown, draw(sample));
});

test('finished blocks keep their nodes while the text grows', () => {
  const { root, stream } = setUp();
  const head = '```js\nlet x = 1;\n```\n\n';
  stream.show(head, false);
  const first = root.childNodes[0];
  for (const tail of ['One.', 'One.\n\nTwo', 'One.\n\nTwo\n\n- three\n- four\n\nFive'])
    stream.show(head + tail, false);
  assert.equal(root.childNodes[0], first);
});

test('no payload, split anywhere, gives an image or a link to elsewhere', () => {
  assert.ok(corpus.length >= 400);
  for (const text of corpus) {
    const { root, stream } = setUp([]);
    for (let at = 1; at <= text.length; at += 3) stream.show(text.slice(0, at), false);
    stream.show(text, true);
    const drawn = Array.from(root.childNodes).join('');
    assert.doesNotMatch(
      drawn,
      /(?<!\\)<(a(?! href=(mailto|tel):)|img|script|iframe|svg|video|object|style|link|form)\b/,
      text,
    );
  }
});
