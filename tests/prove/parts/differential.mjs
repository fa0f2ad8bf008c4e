// nginx in front: what it takes for one request must be one request to the server, and get that
// request's answer. Mutated requests, each followed by a plain one on the same connection.
import { mkdtemp, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sentinel } from '../http/case.mjs';
import { cases } from '../http/cases.mjs';
import { mutate } from '../http/mutate.mjs';
import { startNginx } from '../http/nginx.mjs';
import { exchange } from '../http/wire.mjs';
import { Client } from '../support/client.mjs';
import { integersFrom } from '../support/random.mjs';
import { atLeast, exactly, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'H1: behind nginx, no mutated request moves an answer or a body to another request';

const requestsWanted = { short: 2_000, long: 100_000 };
const atOnce = 64;
const perConnectionMin = 4; // of one request, a desync could move nothing to another
const seed = 9112;

/** Cases that nginx has a chance to pass on: not too large, and worth to be changed. */
const corpus = cases.map(({ bytes }) => bytes).filter((bytes) => bytes.length < 4000);

async function sendAll(ports, count, say) {
  const random = integersFrom(seed);
  let sent = 0;
  const step = Math.max(count / 5, 1);
  const one = async () => {
    while (sent < count) {
      const number = sent++;
      const request = mutate(corpus[number % corpus.length], random);
      await exchange({ port: ports[number % 2], pieces: [request + sentinel] });
      if ((number + 1) % step === 0) say(`${number + 1} requests`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** What the server logged: the ids of the requests whose head it took, and of those it refused. */
async function readLog(file) {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('"event":"request"'));
  const entries = lines.map((line) => JSON.parse(line)).filter(({ route }) => route !== '/metrics');
  return {
    ids: entries.filter(({ refusal, route }) => !(refusal && route === '-')).map(({ requestId }) => requestId),
    refused: entries.filter(({ refusal }) => refusal).map(({ requestId }) => requestId),
  };
}

/**
 * Compares nginx's account of its requests with the server's. An answer belongs to a request if it
 * carries the id that nginx gave it; a refusal of a head that could not be read has one of its own.
 * A refusal that nobody got was of bytes that the server took for a head and nginx did not.
 */
function compare(account, log) {
  const known = new Set(account.map(({ id }) => id));
  const passed = account.filter(({ status, answered }) => status !== '' && answered !== '');
  const moved = passed.filter(({ id, answered }) => answered !== id && known.has(answered));
  const strange = passed.filter(({ id, answered, status }) =>
    answered !== id && !known.has(answered) && !/^(400|413|414|415|417|431|501|505)$/.test(status));
  const answers = new Set(account.map(({ answered }) => answered));
  const times = new Map();
  for (const id of log.ids) times.set(id, (times.get(id) ?? 0) + 1);
  return {
    passed: passed.length,
    moved: moved.length,
    strange: strange.length,
    unknown: [...times.keys()].filter((id) => !known.has(id)).length,
    repeated: [...times.values()].filter((count) => count > 1).length,
    unasked: log.refused.filter((id) => !answers.has(id)).length,
  };
}

async function connectionsOf(server) {
  const client = new Client(server.base);
  const { body } = await client.get('/metrics');
  client.close();
  return Number(/^parley_connections_total (\d+)/m.exec(body)[1]);
}

/** The account with the answers of two requests exchanged: compare() must see that. */
function swapped(account) {
  const own = account.filter(({ id, answered }) => id === answered);
  const [one, other] = [own[0], own.at(-1)];
  const swap = new Map([[one, other.answered], [other, one.answered]]);
  return account.map((entry) => (swap.has(entry) ? { ...entry, answered: swap.get(entry) } : entry));
}

export async function prove({ long, say }) {
  const directory = await mkdtemp(join(tmpdir(), 'differential-'));
  const logFile = join(directory, 'log');
  const log = await open(logFile, 'w');
  const settings = { LOG_LEVEL: 'info', RATE_SESSIONS_PER_TENANT: '0' };
  const server = await startServer(directory, 'http://127.0.0.1:9', settings, { log: log.fd });
  const nginx = await startNginx(join(directory, 'nginx'), Number(new URL(server.base).port));
  const count = requestsWanted[long ? 'long' : 'short'];
  await sendAll(nginx.ports, count, say);
  const connections = await connectionsOf(server);
  const account = await nginx.stop();
  await server.stop();
  await log.close();
  const logged = await readLog(logFile);
  const found = compare(account, logged);
  return [
    atLeast('mutated requests', count, long ? 20_000 : 2_000),
    atLeast('requests that nginx counted', account.length, count / 2),
    atLeast('of them answered by the server', found.passed, count / 4),
    atLeast('of them on one connection, on average', found.passed / connections, perConnectionMin),
    atLeast('refused by the server', logged.refused.length, count / 100),
    exactly('answers that are seen to be swapped, if two are', compare(swapped(account), logged).moved, 2),
    none('answers given to another request', found.moved),
    none('answers without the id of their request', found.strange),
    none('requests that nginx never sent', found.unknown),
    none('requests that arrived twice', found.repeated),
    none('refusals of what nginx sent no head for', found.unasked),
  ];
}
