// Five times what the server can do, for a minute: it goes on doing nearly as much as at its best,
// what it takes is not late, the rest is told when to come again, and afterwards all is as before.
//
// Capacity is the number of answers that may run at once: a small number, so that the load fits on
// the same machine. Open loop: whoever is refused does not slow the next one down.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { beginAtRate } from '../support/rate.mjs';
import { atLeast, inTime, none, quantile, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A15: five times its capacity leaves the server doing what it can';

const answersMax = 8;
const gapMs = 20; // between the words of an answer
const excess = 5;
const goodputMin = 0.8;
const slowdownMax = 2;
const recoversMaxMs = 5_000;
const refusedMaxMs = 300;

const took = (entries) => entries.filter((entry) => entry.answer).map((entry) => entry.took);

/** One visitor, one question. */
async function ask(client) {
  const began = performance.now();
  const entry = await client.send(await client.createSession(), newEntry('one two three'));
  entry.took = performance.now() - began;
  return entry;
}

/** As many at a time as there are places: the server's best. */
async function askInTurn(client, ms) {
  const entries = [];
  const end = performance.now() + ms;
  await Promise.all(
    Array.from({ length: answersMax }, async () => {
      while (performance.now() < end) entries.push(await ask(client));
    }),
  );
  return entries;
}

const answeredPerSecond = (entries, ms) => (took(entries).length * 1000) / ms;

/** The server's best, what became of the crowd, and ms from its end to an answer as before. */
async function goThrough(client, ms) {
  const best = await askInTurn(client, ms / 4);
  const perSecond = excess * answeredPerSecond(best, ms / 4);
  const crowd = await beginAtRate(perSecond, (passedMs) => passedMs >= ms, () => ask(client));
  const usualMs = slowdownMax * quantile(took(best), 0.99);
  const isAsBefore = async () => took([await ask(client)])[0] <= usualMs;
  const recoversMs = await until(isAsBefore, { what: 'it answers as before' });
  return { best, crowd: await Promise.all(crowd), recoversMs };
}

function judge({ best, crowd, recoversMs }, ms, long) {
  const refused = crowd.filter((entry) => !entry.answer);
  const well = refused.filter((entry) => entry.status === 503 && entry.retryAfter).length;
  const [atBest, inCrowd] = [answeredPerSecond(best, ms / 4), answeredPerSecond(crowd, ms)];
  const lost = 100 * (1 - inCrowd / atBest);
  const [before, during] = [best, crowd].map((entries) => quantile(took(entries), 0.99));
  const refusedMs = quantile(refused.map((entry) => entry.took), 0.99);
  return [
    told(
      'answers a second at its best, and under the crowd',
      `${atBest.toFixed(0)}, ${inCrowd.toFixed(0)}`,
    ),
    inTime(long, 'share of its best that is lost', lost, 100 * (1 - goodputMin), '%'),
    atLeast('refused with 503 and Retry-After', well, 1),
    none('refused in another way', refused.length - well),
    inTime(long, 'until one is refused, p99', refusedMs, refusedMaxMs),
    inTime(long, 'p99 of those accepted, to that of the best', during / before, slowdownMax, '×'),
    inTime(long, 'until it answers as before', recoversMs, recoversMaxMs),
  ];
}

export async function prove({ long, say }) {
  const ms = long ? 60_000 : 6_000;
  const model = await startModel({ gapMs });
  const server = await startServer(await mkdtemp(join(tmpdir(), 'overload-')), model.url, {
    ANSWERS_MAX: String(answersMax),
    ANSWERS_PER_TENANT_MAX: '10000',
  });
  const client = new Client(server.base);
  const found = await goThrough(client, ms);
  say(`${found.crowd.length} asked, ${took(found.crowd).length} answered`);
  client.close();
  await server.stop();
  await model.close();
  return judge(found, ms, long);
}
