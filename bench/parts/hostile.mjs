// Others while hostile SQL runs: p99 of small requests beside queries that run into their deadline,
// four at a time, and before it; and what a trivial query over 10 MB takes through the API.
import { csv } from '../make_csv.mjs';
import { median, ms, row } from './figures.mjs';
import { httpRequest, postJson, request, upload } from './http.mjs';
import { load } from './load.mjs';
import { rounds, startParley } from './programs.mjs';

const bombs = [
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n',
  'SELECT count(*) FROM sales a, sales b, sales c',
  "SELECT count(replace(printf('%.*c', 60000, 'a'), 'a', 'b')) FROM sales",
  'SELECT a.note FROM sales a, sales b ORDER BY a.note || b.note LIMIT 1',
];

// Open loop: one after the other, they would hardly notice a standstill.
const crowd = { connections: 64, rate: 1000, count: 6_000 };

async function others(server, sessionId) {
  const requests = [httpRequest('GET', `/api/sessions/${sessionId}`)];
  return (await load(server, requests, crowd)).latency.p99;
}

/** Asks `sql` again and again, until `done` says so. */
async function keepAsking(port, sessionId, sql, done) {
  while (!done()) {
    await request(port, 'POST', `/api/files/sql/${sessionId}`, JSON.stringify({ sql }),
      { 'Content-Type': 'application/json' });
  }
}

async function meanwhile(server, sessionId) {
  let over = false;
  const asking = bombs.map((sql) => keepAsking(server.port, sessionId, sql, () => over));
  const waited = await others(server, sessionId);
  over = true;
  await Promise.all(asking);
  return waited;
}

async function trivial(port, sessionId) {
  const began = process.hrtime.bigint();
  await postJson(port, `/api/files/sql/${sessionId}`, { sql: 'SELECT 1' });
  return Number(process.hrtime.bigint() - began) / 1e6;
}

export async function measure() {
  const server = await startParley();
  const { sessionId } = await postJson(server.port, '/api/sessions/create', {});
  await upload(server.port, sessionId, csv().bytes);
  const asked = [];
  for (let i = 0; i < 50; i += 1) asked.push(await trivial(server.port, sessionId));
  const alone = [];
  const beside = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await others(server, sessionId));
    beside.push(await meanwhile(server, sessionId));
  }
  await server.stop();
  return [
    row('SELECT 1 over a 10 MB file, through the API', { ours: asked, show: ms }),
    row('p99 of others beside hostile SQL, to before it',
      { ours: beside, theirs: alone, show: ms }),
  ];
}
