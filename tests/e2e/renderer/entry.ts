// The panel's own parser of events and renderer of answers on an otherwise empty page, so that each
// payload can be tried at every split in a moment. Bundled by serve.mjs.

import { MarkdownStream } from '../../../widget/chat/markdown/stream';
import { SseParser } from '../../../widget/shared/sse';

const sinks =
  'img, script, iframe, object, embed, video, audio, link, style, form, input, svg, math, meta, base, [style]';
const invisible = /[\u{E0000}-\u{E007F}\u200B\u2060\u202D\u202E]/u;

const root = document.body.appendChild(document.createElement('div'));
const labels = { copyCode: 'Copy', copyLink: 'Copy' };
const context = {
  document,
  labels,
  copy: () => {},
  linkSources: () => ({ hosts: ['site.example'], said: [] }),
};

/** What is wrong with what is drawn now; empty if nothing is. */
function faults(): string[] {
  const out: string[] = [];
  if ('__pwned' in window) out.push('a script ran');
  const active = root.querySelector(sinks);
  if (active) out.push(`an element: ${active.outerHTML}`);
  for (const link of root.querySelectorAll('a')) {
    if (!/^(mailto:[^?&%]+|tel:[+\d]+)$/.test(link.href)) out.push(`a link: ${link.href}`);
  }
  for (const element of root.querySelectorAll('*')) {
    const handler = element.getAttributeNames().find((name) => name.startsWith('on'));
    if (handler) out.push(`a handler: ${element.outerHTML}`);
  }
  if (invisible.test(root.textContent ?? '')) out.push('an invisible character');
  return out;
}

const event = (text: string) => `event: delta\ndata: ${JSON.stringify({ text })}\n\n`;
const encoder = new TextEncoder();

/** Draws an answer whose stream comes in `pieces`, after each piece and at its end. */
function draw(pieces: Uint8Array[]): string[] {
  root.replaceChildren();
  const stream = new MarkdownStream(root, context);
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const found: string[] = [];
  let text = '';
  for (const piece of pieces) {
    for (const { data } of parser.push(decoder.decode(piece, { stream: true }))) {
      text += JSON.parse(data).text;
    }
    stream.show(text, false);
    found.push(...faults());
  }
  stream.show(text, true);
  found.push(...faults());
  return found;
}

/** Cuts the stream of a payload at every byte, and its text at every character. */
function trySplits(text: string): { splits: number; found: string[]; drawn: string } {
  const found = new Set<string>();
  const whole = encoder.encode(event(text));
  for (let at = 0; at < whole.length; at++) {
    for (const fault of draw([whole.subarray(0, at), whole.subarray(at)])) found.add(fault);
  }
  const letters = Array.from(text);
  for (let at = 1; at < letters.length; at++) {
    const parts = [letters.slice(0, at), letters.slice(at)].map((part) => event(part.join('')));
    for (const fault of draw(parts.map((part) => encoder.encode(part)))) found.add(fault);
  }
  const one = letters.map((letter) => encoder.encode(event(letter)));
  for (const fault of draw(one)) found.add(fault);
  return { splits: whole.length + letters.length, found: [...found], drawn: root.innerHTML };
}

/** What is found in an element that stands where an answer would: the judge must not be blind. */
function judge(name: string, attributes: Record<string, string>): string[] {
  const planted = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) planted.setAttribute(key, value);
  root.replaceChildren(planted);
  return faults();
}

Object.assign(window, { trySplits, judge });
