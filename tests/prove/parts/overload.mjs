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

export async function prove({ long, say }) {
  const ms = long ? 60_000 : 6_000;
  const model = await startModel({ gapMs });
  const server = await startServer(await mkdtemp(join(tmpdir(), 'overload-')), model.url, {
    ANSWERS_MAX: String(answersMax), ANSWERS_PER_TENANT_MAX: '10000',
  });
  const client = new Client(server.base);
  const ask = async () => {
    const began = performance.now();
    const entry = newEntry('one two three');
    const session = await client.createSession();
    await client.send(session, entry);
    entry.took = performance.now() - began;
    return entry;
  };
  const took = (entries) => entries.filter((entry) => entry.answer).map((entry) => entry.took);

  const alone = [];
  const beganAlone = performance.now();
  await Promise.all(Array.from({ length: answersMax }, async () => {
    while (performance.now() - beganAlone < ms / 4) alone.push(await ask());
  }));
  const peak = (took(alone).length * 1000) / (performance.now() - beganAlone);
  const began = performance.now();
  const crowd = await atRate(peak * excess, ms, ask);
  const goodput = (took(crowd).length * 1000) / (performance.now() - began);
  const recovers = await until(async () => (await ask()).took <= slowdownMax * quantile(took(alone), 0.99), { what: 'it answers as before' });
  say(`${crowd.length} asked, ${took(crowd).length} answered`);
  client.close();
  await server.stop();
  await model.close();

  const refused = crowd.filter((entry) => !entry.answer);
  const [before, during] = [alone, crowd].map((entries) => quantile(took(entries), 0.99));
  return [
    told('answers a second at its best, and under the crowd', `${peak.toFixed(0)}, ${goodput.toFixed(0)}`),
    inTime(long, 'share of its best that is lost, %', 100 * (1 - goodput / peak), 100 * (1 - goodputMin), '%'),
    atLeast('refused with 503 and Retry-After', refused.filter((entry) => entry.status === 503 && entry.retryAfter).length, 1),
    none('refused in another way', refused.filter((entry) => entry.status !== 503 || !entry.retryAfter).length),
    inTime(long, 'p99 of those accepted, to that of the best', during / before, slowdownMax, '×'),
    inTime(long, 'until it answers as before', recovers, recoversMaxMs),
  ];
}
