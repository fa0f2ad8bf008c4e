// A thousand readers who ask for long answers and never read them: the server's memory stays
// bounded, and whoever reads gets every word as before.
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, until } from '../support/client.mjs';
import { repeat, startModel } from '../support/model.mjs';
import { residentKiB, tcpConnections } from '../support/process.mjs';
import { atLeast, atMost, inTime, none, quantile } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'H4: a thousand readers who do not read cost little, and nobody else';

const answersAtOnce = 20;
const longQuestion = 'all of it';
// 2 MB, far more than the buffers of a connection, and less than an answer may have.
const longAnswer = Array(10_000).fill(' word'.repeat(40));
const growthMaxKiB = 300 * 1024;
const fastReaders = 20;
const roundsOfFast = 20;
const slowdownMax = 2;

/** A connection that sends `request` and never reads. */
async function stall(base, request) {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => {}).pause();
  socket.write(request);
  return socket;
}

const fields = 'Host: localhost\r\nAccept: text/event-stream\r\n';

function askFor(session, message) {
  const body = JSON.stringify({ sessionId: session, message });
  const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return `POST /api/chat/message HTTP/1.1\r\n${fields}${type}\r\n${body}`;
}

/** From its first event on, also if it has ended meanwhile. */
const joinIn = (session) =>
  `GET /api/chat/stream/${session} HTTP/1.1\r\n${fields}Last-Event-ID: 1.1\r\n\r\n`;

/** Connections of the server's whose clients take nothing: their kernel holds unsent bytes. */
function stalled(port) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tcpConnections().filter((line) => {
    const [, address, , , queues] = line.trim().split(/ +/); // of unsent : of unread bytes
    return address.endsWith(local) && !queues.startsWith('00000000');
  }).length;
}

/** So many connections that stall on a few long answers; all do when this returns. */
async function stallMany(client, model, count) {
  const sessions = [];
  const sockets = [];
  while (sessions.length < answersAtOnce) {
    sessions.push(await client.createSession());
    sockets.push(await stall(client.base, askFor(sessions.at(-1), longQuestion)));
  }
  await until(() => model.running() === answersAtOnce, { what: 'all long answers run' });
  while (sockets.length < count) {
    sockets.push(await stall(client.base, joinIn(sessions[sockets.length % answersAtOnce])));
  }
  const port = Number(new URL(client.base).port);
  await until(() => stalled(port) >= count, { what: 'all stall', maxMs: 60_000 });
  return sockets;
}

/** Waits between the events of readers who read, in ms. */
async function readFast(base, counts) {
  const client = new Client(base);
  const waits = [];
  await Promise.all(
    Array.from({ length: fastReaders }, async () => {
      const session = await client.createSession();
      for (let i = 0; i < roundsOfFast; ++i) {
        const entry = newEntry('a few words that are read at once');
        let last = 0;
        const json = { sessionId: session, message: entry.text };
        let said = '';
        await client.stream('POST', '/api/chat/message', { json }, ({ name, data }) => {
          const now = performance.now();
          if (name === 'delta' && last > 0) waits.push(now - last);
          last = now;
          if (name === 'delta') said += data.text;
        });
        if (said !== `You said: ${entry.text}`) ++counts.unread;
      }
    }),
  );
  client.close();
  return waits;
}

export async function prove({ long, say }) {
  const readers = long ? 1_000 : 200;
  // The model and the readers are this process: were it full, it would be measured itself.
  const model = await startModel({
    gapMs: 10,
    burst: 20,
    say: (question) => (question === longQuestion ? longAnswer : repeat(question)),
  });
  const server = await startServer(await mkdtemp(join(tmpdir(), 'stalled-')), model.url);
  const client = new Client(server.base);
  const counts = { unread: 0 };
  const alone = await readFast(server.base, counts);
  const before = residentKiB(server.pid);
  const sockets = await stallMany(client, model, readers);
  let most = 0;
  let isOver = false;
  const watching = until(
    () => {
      most = Math.max(most, residentKiB(server.pid));
      return isOver;
    },
    { what: 'the readers have read', maxMs: 600_000, everyMs: 50 },
  );
  const among = await readFast(server.base, counts);
  await until(() => model.running() === 0, { what: 'the long answers end', maxMs: 300_000 });
  isOver = true;
  await watching;
  say(`${sockets.length} connections stalled, ${before} to ${most} KiB`);
  sockets.forEach((socket) => socket.destroy());
  client.close();
  await server.stop();
  await model.close();
  return [
    atLeast('readers who do not read', sockets.length, readers),
    atMost('memory they take at most', most - before, growthMaxKiB, 'KiB'),
    none('others without their whole answer', counts.unread),
    inTime(
      long,
      "others' p99 between two words, to that before",
      quantile(among, 0.99) / quantile(alone, 0.99),
      slowdownMax,
      '×',
    ),
  ];
}
