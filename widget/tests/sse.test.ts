import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser, eventCharactersMax, type SseEvent } from '../shared/sse';

const stream =
  '\ufeff: hello\r\nid: 2.1\r\nevent: started\r\ndata: {"a":1}\r\n\r\n' +
  ': keep-alive\n\nid: 2.2\nevent: delta\ndata: {"text":"Grüße 👋🏽"}\n\n' +
  'event: restart\ndata: {}\n\nid\ndata:x\ndata: y\rdata\r\r';

const expected: SseEvent[] = [
  { id: '2.1', event: 'started', data: '{"a":1}' },
  { id: '2.2', event: 'delta', data: '{"text":"Grüße 👋🏽"}' },
  { event: 'restart', data: '{}' },
  { id: '', event: 'message', data: 'x\ny\n' },
];

function parseBytes(pieces: Uint8Array[]): SseEvent[] {
  const parser = new SseParser();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return pieces.flatMap((piece) => parser.push(decoder.decode(piece, { stream: true })));
}

test('a stream in one piece', () => {
  assert.deepEqual(parseBytes([new TextEncoder().encode(stream)]), expected);
});

test('a stream split at every byte gives the same events', () => {
  const bytes = new TextEncoder().encode(stream);
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(parseBytes([bytes.slice(0, at), bytes.slice(at)]), expected, `split at ${at}`);
  }
});

test('a stream in pieces of one byte gives the same events', () => {
  const bytes = new TextEncoder().encode(stream);
  assert.deepEqual(parseBytes(Array.from(bytes, (byte) => Uint8Array.of(byte))), expected);
});

test('an event without its blank line is not given out', () => {
  assert.deepEqual(new SseParser().push('event: done\ndata: {}\n'), []);
});

test('an endless event is refused', () => {
  const parser = new SseParser();
  parser.push('data: ');
  assert.throws(() => parser.push('x'.repeat(eventCharactersMax + 1)), RangeError);
});
