// A Messages API on a bare socket that breaks in the way that the question asks for:
// "fault=NAME times=N …" is answered by that fault N times, then well.
import { once } from 'node:events';
import { createServer } from 'node:net';

const event = (type, data) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** What it says when nothing is wrong, in these pieces. */
export const words = ['One ', 'two ', 'three ', 'four.'];

const begun =
  event('message_start', {
    message: {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  }) + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
const delta = (text) =>
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const said = words.map(delta);
const ended =
  event('content_block_stop', { index: 0 }) +
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }) +
  event('message_stop', {});
const broken = event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });

const head = (status, fields = {}, type = 'text/event-stream') =>
  `HTTP/1.1 ${status} Said\r\nContent-Type: ${type}\r\nConnection: close\r\n` +
  `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
const refusal =
  (status, type = 'api_error', fields = {}) =>
  (socket) => {
    const body = JSON.stringify({ type: 'error', error: { type, message: 'No' } });
    socket.end(
      head(status, { ...fields, 'Content-Length': body.length }, 'application/json') + body,
    );
  };
const stream =
  (...pieces) =>
  (socket) =>
    socket.end(head(200) + pieces.join(''));
/** Says this and then nothing, until the other side has had enough. */
const stall =
  (...pieces) =>
  (socket) =>
    socket.write(pieces.join(''));
const reset =
  (...pieces) =>
  (socket) => {
    if (pieces.length === 0) return socket.resetAndDestroy();
    socket.write(pieces.join(''), () => setTimeout(() => socket.resetAndDestroy(), 30));
  };

const well = stream(begun, ...said, ended);

/**
 * By name: what it does to the socket, and how an answer ends that meets it at every attempt:
 * the error's code, or `truncated` after the first words, or `answered`; `calls`: attempts made.
 */
export const faults = {
  'reset at once': { act: reset(), ends: 'network', calls: 3 },
  'closed without a byte': { act: (socket) => socket.end(), ends: 'network', calls: 3 },
  'TLS in place of HTTP': {
    act: (socket) => socket.end(Buffer.from('160303007a02000076030300', 'hex')),
    ends: 'network',
    calls: 3,
  },
  'half a head': {
    act: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    ends: 'network',
    calls: 3,
  },
  500: { act: refusal(500), ends: 'overloaded', calls: 3 },
  '502 as a page': {
    act: (socket) => socket.end(`${head(502, {}, 'text/html')}<h1>Bad Gateway</h1>`),
    ends: 'overloaded',
    calls: 3,
  },
  '503 without a body': {
    act: (socket) => socket.end(head(503, { 'Content-Length': 0 })),
    ends: 'overloaded',
    calls: 3,
  },
  529: { act: refusal(529, 'overloaded_error'), ends: 'overloaded', calls: 3 },
  '429 without Retry-After': {
    act: refusal(429, 'rate_limit_error'),
    ends: 'rate_limited',
    calls: 3,
  },
  '429 with Retry-After: 1': {
    act: refusal(429, 'rate_limit_error', { 'Retry-After': 1 }),
    ends: 'rate_limited',
    calls: 3,
  },
  '429 with Retry-After: 60': {
    act: refusal(429, 'rate_limit_error', { 'Retry-After': 60 }),
    ends: 'rate_limited',
    calls: 1,
  },
  'no first byte': { act: stall(), ends: 'timeout', calls: 3 },
  'a head, then nothing': { act: stall(head(200)), ends: 'timeout', calls: 3 },
  'slow, but in time': {
    act: (socket) => setTimeout(() => well(socket), 300),
    ends: 'answered',
    calls: 1,
  },
  'cut before the first word': { act: stream(begun), ends: 'network', calls: 3 },
  'reset before the first word': { act: reset(head(200), begun), ends: 'network', calls: 3 },
  'error before the first word': { act: stream(begun, broken), ends: 'overloaded', calls: 3 },
  'bad JSON before the first word': {
    act: stream(begun, 'data: {"type":"content_block_delta",\n\n'),
    ends: 'network',
    calls: 3,
  },
  'cut after a word': { act: stream(begun, said[0]), ends: 'truncated', calls: 1 },
  'reset after a word': { act: reset(head(200), begun, said[0]), ends: 'truncated', calls: 1 },
  'stall after a word': { act: stall(head(200), begun, said[0]), ends: 'truncated', calls: 1 },
  'error after a word': { act: stream(begun, said[0], broken), ends: 'truncated', calls: 1 },
  'bad JSON after a word': {
    act: stream(begun, said[0], 'data: {"type":\n\n'),
    ends: 'truncated',
    calls: 1,
  },
  'no end marker': { act: stream(begun, ...said), ends: 'truncated', calls: 1 },
  'a line without end': {
    act: stream(begun, `data: ${'x'.repeat(5 << 20)}`),
    ends: 'network',
    calls: 3,
  },
  'bytes that are no UTF-8': {
    act: (socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from(head(200) + begun + 'data: '),
          Buffer.from([0xff, 0xfe, 0x80]),
          Buffer.from('\n\n'),
        ]),
      ),
    ends: 'network',
    calls: 3,
  },
  'an empty 200': { act: stream(), ends: 'network', calls: 3 },
  'a page in place of a stream': {
    act: (socket) => socket.end(`${head(200, {}, 'text/html')}<p>Log in</p>`),
    ends: 'network',
    calls: 3,
  },
  'JSON in place of a stream': {
    act: (socket) => socket.end(`${head(200, {}, 'application/json')}{"id":"x"}`),
    ends: 'network',
    calls: 3,
  },
  redirect: {
    act: refusal(302, 'moved', { Location: 'http://127.0.0.1:9/' }),
    ends: 'unavailable',
    calls: 1,
  },
  400: { act: refusal(400, 'invalid_request_error'), ends: 'bad_request', calls: 1 },
  404: { act: refusal(404, 'not_found_error'), ends: 'model_not_found', calls: 1 },
  413: { act: refusal(413, 'request_too_large'), ends: 'context_too_long', calls: 1 },
  // These shut the door for ten minutes: each needs a server of its own.
  401: {
    act: refusal(401, 'authentication_error'),
    ends: 'authentication',
    calls: 1,
    isLasting: true,
  },
  402: { act: refusal(402, 'billing_error'), ends: 'no_credit', calls: 1, isLasting: true },
};

const asked = /fault=(.*?) times=(\d+) run=([-\w]+)/;

export async function startChaosModel() {
  const calls = new Map(); // run → calls
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const found = asked.exec(text);
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (!found || text.length < text.indexOf('\r\n\r\n') + 4 + length) return;
      text = '';
      const [, name, times, run] = found;
      const call = (calls.get(run) ?? 0) + 1;
      calls.set(run, call);
      (call <= Number(times) ? faults[name].act : well)(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    calls: (run) => calls.get(run) ?? 0,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
