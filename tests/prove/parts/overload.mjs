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
import { atRate } from '../support/rate.mjs';
import { atLeast, inTime, none, quantile, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A15: five times its capacity leaves the server doing what it can';

const answersMax = 8;
const gapMs = 20; // between the words of an answer
const excess = 5;
const goodputMin = 0.8;
const slowdownMax = 2;
const recoversMaxMs = 5_000;

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

/** The result of `load`, and how many a second of it were answered. */
async function measured(load) {
  const began = performance.now();
  const entries = await load();
  return { entries, perSecond: (took(entries).length * 1000) / (performance.now() - began) };
}

function judge(best, crowd, recovers, long) {
  const refused = crowd.entries.filter((entry) => !entry.answer);
  const well = refused.filter((entry) => entry.status === 503 && entry.retryAfter).length;
  const lost = 100 * (1 - crowd.perSecond / best.perSecond);
  const [before, during] = [best, crowd].map(({ entries }) => quantile(took(entries), 0.99));
  return [
    told(
      'answers a second at its best, and under the crowd',
      `${best.perSecond.toFixed(0)}, ${crowd.perSecond.toFixed(0)}`,
    ),
    inTime(long, 'share of its best that is lost', lost, 100 * (1 - goodputMin), '%'),
    atLeast('refused with 503 and Retry-After', well, 1),
    none('refused in another way', refused.length - well),
    inTime(long, 'p99 of those accepted, to that of the best', during / before, slowdownMax, '×'),
    inTime(long, 'until it answers as before', recovers, recoversMaxMs),
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
  const best = await measured(() => askInTurn(client, ms / 4));
  const crowd = await measured(() => atRate(best.perSecond * excess, ms, () => ask(client)));
  const usual = slowdownMax * quantile(took(best.entries), 0.99);
  const isAsBefore = async () => took([await ask(client)])[0] <= usual;
  const recovers = await until(isAsBefore, { what: 'it answers as before' });
  say(`${crowd.entries.length} asked, ${took(crowd.entries).length} answered`);
  client.close();
  await server.stop();
  await model.close();
  return judge(best, crowd, recovers, long);
}
