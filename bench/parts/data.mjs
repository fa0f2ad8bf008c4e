// A file of 10 MB: until it can be asked, beside Node and the sqlite3 shell's .import; what GROUP
// BY over it takes through the API; and how long others wait while it comes in.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { csv } from '../make_csv.mjs';
import { atMost, median, ms, ratioAtMost, row } from './figures.mjs';
import { createSessions, httpRequest, upload } from './http.mjs';
import { load } from './load.mjs';
import { onCore, rounds, serverCore, startNode, startParley, work } from './programs.mjs';
import { askRegions } from './regions.mjs';

const { bytes, rows } = csv();
// Open loop: one after the other, they would hardly notice a standstill.
const perSecond = 500;

async function askOften(server, session) {
  const times = [];
  for (let i = 0; i < 15; i += 1) times.push(await askRegions(server, session));
  return median(times);
}

/** p99 of small requests of others, from when each was due; with `meanwhile`, as long as uploads go on. */
async function others(server, session, meanwhile) {
  const requests = [httpRequest('GET', `/api/sessions/${session}`)];
  let over = false;
  const busy = (async () => {
    while (meanwhile && !over) await upload(server.port, session, bytes);
  })();
  const result = await load(server, requests, { connections: 64, seconds: 2, rate: perSecond });
  over = true;
  await busy;
  return result.latency.p99;
}

async function run(start) {
  const server = await start({ UPLOAD_FILES_MAX: '1', QUERY_TIMEOUT_MS: '60000' });
  const [first, second, reader] = await createSessions(server.port, 3);
  await upload(server.port, first, bytes);
  const queryableMs = await upload(server.port, second, bytes);
  const groupMs = await askOften(server, second);
  const aloneMs = await others(server, reader, false);
  const besideMs = await others(server, reader, true);
  await server.stop();
  return { queryableMs, groupMs, aloneMs, besideMs };
}

/** The shell makes durable what it commits, as we do; types nothing and describes nothing. */
function shellMs(file) {
  const database = path.join(work, 'shell.db');
  rmSync(database, { force: true });
  const [command, args] = onCore(serverCore, 'sqlite3', [database, `.import --csv ${file} t`]);
  const began = process.hrtime.bigint();
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.error ?? done.stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

export async function measure() {
  const file = path.join(work, 'sales.csv');
  writeFileSync(file, bytes);
  const [ours, theirs, shell] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await run(startNode));
    shell.push(shellMs(file));
    ours.push(await run(startParley));
  }
  const of = (runs, key) => runs.map((one) => one[key]);
  const line = (what, key, reach, note) => row(what, {
    ours: of(ours, key), theirs: of(theirs, key), show: ms, reach, note,
  });
  const queryable = of(ours, 'queryableMs');
  return [
    line('10 MB CSV until it can be asked, to Node', 'queryableMs', [ratioAtMost(1 / 5)],
      `${rows} rows`),
    row('10 MB CSV until it can be asked, to the sqlite3 shell', {
      ours: queryable, theirs: shell, show: ms, reach: [ratioAtMost(2)],
    }),
    line('GROUP BY over it, through the API', 'groupMs', [ratioAtMost(1 / 5)]),
    line('p99 of others while it comes in', 'besideMs', [atMost(5, ms)],
      `before it ${ms(median(of(ours, 'aloneMs')))} to ${ms(median(of(theirs, 'aloneMs')))}`),
  ];
}
