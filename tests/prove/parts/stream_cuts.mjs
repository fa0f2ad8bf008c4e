// A stream that is cut after any of its events, and gone on with from there: not a byte is missing
// or repeated; nor for a reader that loads the page anew, nor in a second tab.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, inTime, none, quantile } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A5: a stream that is cut at any event goes on byte-equal';

const stops = 20;
const stopMaxMs = 500;

/** Reads events from `seen` on, at most `count` of them; their bytes, and the id of the last. */
async function read(client, session, entry, seen, count) {
  let bytes = '';
  let last = seen;
  let left = count;
  const onEvent = ({ id, raw }) => {
    bytes += raw;
    last = id;
    return --left > 0;
  };
  const options = seen
    ? { headers: { 'Last-Event-ID': seen } }
    : {
        json: { sessionId: session, message: entry.text },
        headers: { 'Idempotency-Key': entry.key },
      };
  const [method, path] = seen
    ? ['GET', `/api/chat/stream/${session}`]
    : ['POST', '/api/chat/message'];
  const { status } = await client.stream(method, path, options, onEvent);
  return { status, bytes, last };
}

/** All events of one answer; the line is cut after each `every` of them. */
async function readInPieces(client, session, entry, every) {
  let bytes = '';
  let seen = '';
  for (;;) {
    const part = await read(client, session, entry, seen, every);
    bytes += part.bytes;
    seen = part.last;
    if (/\nevent: (done|error)\n/.test(part.bytes) || part.bytes === '') return bytes;
  }
}

/** One stream, whole and in pieces while it runs; then cut at every event of it. */
async function proveStream(client, number, counts) {
  const session = await client.createSession();
  const entry = newEntry(`tell me all about number ${number} and what comes after it`);
  const [whole, pieces, secondTab] = await Promise.all([
    readInPieces(client, session, entry, Infinity),
    readInPieces(client, session, entry, 1),
    readInPieces(client, session, entry, 3),
  ]);
  for (const other of [pieces, secondTab]) if (other !== whole) ++counts.different;
  const events = whole.split(/(?<=\n\n)/);
  for (let cut = 1; cut < events.length; ++cut) {
    const seen = /^id: (.*)$/m.exec(events[cut - 1])[1];
    const rest = await read(client, session, entry, seen, Infinity);
    ++counts.cuts;
    if (rest.bytes !== events.slice(cut).join('')) ++counts.different;
  }
  const [, answer] = await client.history(session);
  const said = [...whole.matchAll(/^event: delta\ndata: (.*)$/gm)]
    .map((match) => JSON.parse(match[1]).text)
    .join('');
  if (answer?.content !== said) ++counts.differentFromHistory;
}

/** ms from a stop to the end of the model's stream. */
async function stopTakes(client, model) {
  const session = await client.createSession();
  const sending = client.send(session, newEntry(`stop after a word of ${'many '.repeat(200)}`));
  await until(() => model.running() > 0, { what: 'the model answers' });
  const began = performance.now();
  await client.post(`/api/chat/stop/${session}`);
  await until(() => model.running() === 0, { what: 'the model is left', everyMs: 1 });
  const took = performance.now() - began;
  await sending;
  return took;
}

export async function prove({ long, say }) {
  const streams = long ? 50 : 10;
  const model = await startModel({ gapMs: 5 });
  const server = await startServer(await mkdtemp(join(tmpdir(), 'cuts-')), model.url);
  const client = new Client(server.base);
  const counts = { cuts: 0, different: 0, differentFromHistory: 0 };
  for (let i = 0; i < streams; ++i) await proveStream(client, i, counts);
  say(`${counts.cuts} cuts`);
  const waits = [];
  for (let i = 0; i < stops; ++i) waits.push(await stopTakes(client, model));
  client.close();
  await server.stop();
  await model.close();
  return [
    atLeast(`cuts of ${streams} streams`, counts.cuts, streams * 10),
    none('reassembled otherwise', counts.different),
    none('answers stored otherwise', counts.differentFromHistory),
    inTime(long, `slowest of ${stops} stops at the model`, quantile(waits, 1), stopMaxMs),
  ];
}
