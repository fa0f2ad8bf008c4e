// Hours of ordinary use: memory, descriptors and threads stay where they were after warming up.
//
// Rounds of load, each followed by a rest in which everything has ended and a sample is taken, so
// that samples compare like with like. PARLEY_SOAK_MINUTES: length of the long form (120).
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { descriptorCount, residentKiB, threadCount } from '../support/process.mjs';
import { atLeast, atMost, none, quantile, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';
import { Visitors } from '../support/visitors.mjs';

export const promise = 'A14: nothing leaks: memory, descriptors and threads are flat';

const perSecond = 15;
const warmUpShare = 1 / 6;
const slopeMaxPercent = 1; // of the memory, an hour

/** Least squares: growth of `y` for one of `x`. */
function slopeOf(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point[0]));
  const y = mean(points.map((point) => point[1]));
  const above = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return above / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** Growth of the memory in % of it an hour. */
function slopePercent(samples) {
  const slope = slopeOf(samples.map((sample) => [sample.hours, sample.residentKiB]));
  return (100 * slope) / samples[0].residentKiB;
}

/** Lowest of some readings: the last connection may be closing; what has leaked never goes. */
async function lowest(read) {
  const readings = [];
  for (let i = 0; i < 5; ++i) {
    readings.push(read());
    await sleep(50);
  }
  return Math.min(...readings);
}

async function sample(server, visitors, began) {
  const waits = visitors.take();
  let metrics;
  const gauge = (name) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(metrics)[1]);
  // Answers whose readers have left run on; the connection that asks is the one still open.
  await until(
    async () => {
      metrics = (await visitors.client.get('/metrics')).body;
      return gauge('parley_answers_running') === 0 && gauge('parley_connections_open') === 1;
    },
    { what: 'the server is at rest' },
  );
  return {
    hours: (Date.now() - began) / 3_600_000,
    residentKiB: residentKiB(server.pid),
    descriptors: await lowest(() => descriptorCount(server.pid)),
    threads: await lowest(() => threadCount(server.pid)),
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    walBytes: gauge('parley_db_wal_bytes'),
    acts: visitors.done,
  };
}

const text = (s) =>
  `${(s.residentKiB / 1024).toFixed(2)} MiB, ${s.descriptors} descriptors, ${s.threads} threads, ` +
  `p50 ${s.p50.toFixed(1)} ms, p99 ${s.p99.toFixed(1)} ms, WAL ${s.walBytes}, ${s.acts} acts`;

export async function prove({ long, say }) {
  const minutes = Number(process.env.PARLEY_SOAK_MINUTES ?? 120);
  const roundMs = long ? 60_000 : 4_000;
  const rounds = long ? minutes : 4;
  const directory = await mkdtemp(join(tmpdir(), 'soak-'));
  // A connection that is kept is a descriptor, too.
  const model = await startModel({ gapMs: 20, keepsAlive: false });
  const server = await startServer(directory, model.url);
  const key = (await readFile(join(directory, 'data/operator.key'), 'utf8')).trim();
  const visitors = new Visitors(server.base, key);
  const samples = [];
  const began = Date.now();
  await visitors.come(10 * perSecond, 2_000);
  // So that all pools have what they will ever hold.
  for (let i = 0; i < 10; ++i) await visitors.comeAtOnce(64);
  visitors.forgetCounts();
  for (let round = 1; round <= rounds; ++round) {
    await visitors.come(perSecond, roundMs);
    samples.push(await sample(server, visitors, began));
    if (long) say(text(samples.at(-1)));
    const warm = samples.slice(Math.ceil(rounds * warmUpShare));
    if (long && round % 10 === 0 && warm.length > 2)
      say(`so far ${slopePercent(warm).toFixed(2)} %/h`);
  }
  await server.stop();
  await model.close();
  visitors.unexpected.slice(0, 10).forEach(say);
  const warm = samples.slice(Math.ceil(rounds * warmUpShare));
  const due = (rounds * roundMs * perSecond) / 1000;
  return [
    ...judge(warm, long),
    none('unexpected answers', visitors.unexpected.length),
    atLeast('acts', visitors.done, 0.9 * due),
    atLeast('answers of them, read to their end', visitors.answers, 0.1 * due),
  ];
}

function judge(warm, long) {
  const half = Math.floor(warm.length / 2);
  const most = (samples, name) => Math.max(...samples.map((each) => each[name]));
  const growth = (name) => most(warm.slice(half), name) - most(warm.slice(0, half), name);
  const slack = long ? 0 : 4; // of what seconds of warming up may have left for later
  const rows = [
    atMost('descriptors: last half over first', growth('descriptors'), slack),
    atMost('threads: last half over first', growth('threads'), slack),
  ];
  const p99 = (samples) =>
    quantile(
      samples.map((each) => each.p99),
      0.5,
    );
  const quarter = Math.ceil(warm.length / 4);
  if (!long) return rows;
  return [
    atMost('growth of the memory, % an hour', slopePercent(warm), slopeMaxPercent),
    told('memory at the end, MiB', (warm.at(-1).residentKiB / 1024).toFixed(1)),
    ...rows,
    told(
      'p99 of short requests: first quarter, last quarter, ms',
      `${p99(warm.slice(0, quarter)).toFixed(1)}, ${p99(warm.slice(-quarter)).toFixed(1)}`,
    ),
  ];
}
