import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, ApiError } from '../shared/api';
import {
  backoffMs,
  firstAttemptsMax,
  runTurn,
  type TurnEvent,
  type TurnRequest,
} from '../shared/stream';

const events = [
  'id: 2.1\nevent: started\ndata: {"messageId":"a"}\n\n',
  ...['Exact ', 'answers ', 'only.'].map(
    (text, at) => `id: 2.${at + 2}\nevent: delta\ndata: ${JSON.stringify({ text })}\n\n`,
  ),
  'id: 2.5\nevent: done\ndata: {"finish":"stop"}\n\n',
];

interface Call {
  method: string;
  path: string;
  lastId: string | null;
  key: string | null;
}

/** A server whose answers are given by `answer`; `null` is a line that cannot be opened. */
function setUp(answer: (call: Call, count: number) => Response | null) {
  const calls: Call[] = [];
  const lines: string[] = [];
  const said: string[] = [];
  const sleeps: number[] = [];
  const fetchFake = async (path: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    const call = {
      method: init?.method ?? 'GET',
      path: String(path),
      lastId: headers.get('last-event-id'),
      key: headers.get('idempotency-key'),
    };
    calls.push(call);
    const response = answer(call, calls.length);
    if (!response) throw new TypeError('no line');
    return response;
  };
  const api = new Api({ base: '', fetch: fetchFake as typeof fetch, token: () => 'tok' });
  const tools = {
    api,
    random: () => 0.5,
    sleep: async (ms: number) => {
      sleeps.push(ms);
    },
  };
  const turn: TurnRequest = {
    sessionId: 's',
    send: { key: 'k1', message: 'hi' },
    signal: new AbortController().signal,
    onEvent: (event: TurnEvent) => {
      if (event.type === 'delta') said.push(event.text);
    },
    onLine: (line) => lines.push(line),
  };
  return {
    calls,
    lines,
    said,
    sleeps,
    run: (change: Partial<TurnRequest> = {}) => runTurn(tools, { ...turn, ...change }),
  };
}

const ok = (text: string) => new Response(text, { status: 200 });
const from = (lastId: string | null) =>
  events.slice(lastId ? Number(lastId.split('.')[1]) : 0).join('');

test('a whole answer is read once', async () => {
  const world = setUp((call) => ok(from(call.lastId)));
  assert.equal(await world.run(), 'ended');
  assert.equal(world.said.join(''), 'Exact answers only.');
  assert.equal(world.calls.length, 1);
});

test('a line cut at every byte resumes without loss or repetition', async () => {
  const whole = new TextEncoder().encode(events.join(''));
  for (let at = 1; at < whole.length; at++) {
    const world = setUp((call, count) =>
      count === 1 ? new Response(whole.slice(0, at)) : ok(from(call.lastId)),
    );
    assert.equal(await world.run(), 'ended');
    assert.equal(world.said.join(''), 'Exact answers only.', `cut at ${at}`);
    assert.ok(world.calls.every((call) => call.key === 'k1'));
  }
});

test('restart reconnects behind the last event', async () => {
  const world = setUp((call, count) =>
    count === 1
      ? ok(`${events.slice(0, 2).join('')}event: restart\ndata: {}\n\n`)
      : ok(from(call.lastId)),
  );
  await world.run();
  assert.equal(world.calls[1]?.lastId, '2.2');
  assert.equal(world.said.join(''), 'Exact answers only.');
  assert.deepEqual(world.lines, ['live', 'lost', 'live']);
});

test('a server that cannot be reached is asked a few times, then the failure is told', async () => {
  const world = setUp(() => null);
  await assert.rejects(world.run(), TypeError);
  assert.equal(world.calls.length, firstAttemptsMax + 1);
});

test('a refusal is not repeated', async () => {
  const world = setUp(() => new Response('{"error":"Rate limit exceeded"}', { status: 429 }));
  await assert.rejects(world.run(), (error) => error instanceof ApiError && error.status === 429);
  assert.equal(world.calls.length, 1);
});

test('a busy server is asked again after its Retry-After', async () => {
  const world = setUp((call, count) =>
    count === 1
      ? new Response('{"error":"busy"}', { status: 503, headers: { 'Retry-After': '2' } })
      : ok(from(call.lastId)),
  );
  await world.run();
  assert.ok(world.sleeps[0]! >= 2000 && world.sleeps[0]! <= 2500);
});

test('joining finds nothing running', async () => {
  const world = setUp(() => new Response(null, { status: 204 }));
  const { send: _send, ...join } = { send: undefined };
  assert.equal(await world.run({ ...join, send: undefined as never }), 'idle');
  assert.equal(world.calls[0]?.method, 'GET');
});

test('backoff grows, is capped and never below its floor', () => {
  assert.equal(backoffMs(0, 0), 100);
  assert.ok(backoffMs(20, 1) <= 15_100);
  assert.ok(backoffMs(3, 0.5) > backoffMs(1, 0.5));
});
