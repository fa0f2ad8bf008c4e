// The command line of the release binary as an operator uses it: backups under load, and back.
//
//   node tests/cli/cli.test.mjs      (needs build/release/parley)
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installation, root } from '../prove/support/installation.mjs';
import { startServer } from '../prove/support/server.mjs';

let directory;
const servers = [];

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-cli-'));
});

after(async () => {
  await Promise.all(servers.map((server) => server.stop().catch(() => {})));
  await rm(directory, { recursive: true, force: true });
});

const environment = (place) => ({
  APP_PROFILE: 'testing',
  WIDGET_DIR: join(root, 'tests/api/widget'),
  DATA_DIR: join(place, 'data'),
  MEDIA_DIR: join(place, 'media'),
});

/** Runs `parley words…` on the installation in `place`: {code, out, err}. */
async function parley(place, ...words) {
  const child = spawn(join(root, 'build/release/parley'), words, {
    cwd: installation,
    env: { PATH: process.env.PATH, ...environment(place) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => (said.out += bytes));
  child.stderr.on('data', (bytes) => (said.err += bytes));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

async function serve(place) {
  const server = await startServer(place, 'http://127.0.0.1:9', {
    ...environment(place),
    ANTHROPIC_API_KEY: '',
  });
  servers.push(server);
  return server;
}

async function createSession(base) {
  const response = await fetch(`${base}/api/sessions/create`, { method: 'POST' });
  assert.equal(response.status, 201);
  return (await response.json()).sessionId;
}

test('a tenant made from outside is served at once, and killing the server changes nothing', async () => {
  const place = join(directory, 'served');
  const server = await serve(place);
  const made = await parley(place, 'tenant', 'create', 'Acme', '--domain', 'acme.example');
  assert.equal(made.code, 0, made.err);
  const listed = await parley(place, 'tenant', 'list', '--json');
  assert.deepEqual(JSON.parse(listed.out).map((tenant) => tenant.name), ['Parley', 'Acme']);
  await server.kill();
  const again = await parley(place, 'tenant', 'list', '--json');
  assert.equal(again.code, 0, again.err);
  assert.deepEqual(JSON.parse(again.out), JSON.parse(listed.out));
});

test('many commands at once wait for no server and make one installation', async () => {
  const place = join(directory, 'crowd');
  const names = Array.from({ length: 4 }, (_, index) => `t${index}`);
  const server = await serve(place);
  const made = await Promise.all(names.map((name) =>
    parley(place, 'tenant', 'create', name, '--domain', `${name}.example`)));
  for (const one of made) assert.equal(one.code, 0, one.err);
  const listed = await parley(place, 'tenant', 'list', '--json');
  assert.deepEqual(JSON.parse(listed.out).map((tenant) => tenant.name).sort(),
    ['Parley', ...names].sort());
  assert.equal(await server.stop(), 0);
});

test('a backup under load has all that was acknowledged before it began', async (t) => {
  const place = join(directory, 'loaded');
  const server = await serve(place);
  const acknowledged = [];
  let running = true;
  const clients = Array.from({ length: 8 }, async () => {
    while (running) acknowledged.push(await createSession(server.base));
  });
  while (acknowledged.length < 100) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = [...acknowledged];
  const backup = join(directory, 'backup');
  const made = await parley(place, 'backup', backup);
  assert.equal(made.code, 0, made.err);
  const during = acknowledged.length - before.length;
  running = false;
  await Promise.all(clients);
  assert.ok(during > 0, 'nothing was written meanwhile: this proves nothing');
  t.diagnostic(`${before.length} sessions before, ${during} more while it was made`);

  const restored = join(directory, 'restored');
  assert.equal((await parley(restored, 'restore', backup)).code, 0);
  const second = await serve(restored);
  for (const id of before) {
    assert.equal((await fetch(`${second.base}/api/sessions/${id}`)).status, 200, `lost: ${id}`);
  }
  const refused = await parley(restored, 'restore', backup);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /There is data already/);
  const manifest = JSON.parse(await readFile(join(backup, 'manifest.json'), 'utf8'));
  assert.deepEqual(manifest.files.map((file) => file.path), ['parley.db', 'secret_key']);
});
