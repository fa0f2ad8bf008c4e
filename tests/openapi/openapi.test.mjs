// The page /openapi.json of the release binary: free of lint, and it names every documented call.
//
//   npm ci && npm test        (needs build/release/parley)
//
// The linter needs Node 22; the npm package node-linux-* brings it, and `npm test` finds it first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../prove/support/server.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Method, path and success status of every call that callers were promised. */
const documented = [
  ['get', '/health', 200],
  ['post', '/api/sessions/create', 201],
  ['get', '/api/sessions/{session_id}', 200],
  ['put', '/api/sessions/{session_id}/config', 200],
  ['get', '/api/sessions/stats/summary', 200],
  ['get', '/api/sessions/bot-config', 200],
  ['post', '/api/chat/message', 200],
  ['get', '/api/chat/history/{session_id}', 200],
  ['delete', '/api/chat/history/{session_id}', 200],
  ['get', '/api/chat/stream/{session_id}', 200],
  ['post', '/api/chat/stop/{session_id}', 200],
  ['post', '/api/files/upload', 200],
  ['get', '/api/files/info/{session_id}', 200],
  ['post', '/api/files/query/{session_id}', 200],
  ['delete', '/api/files/{session_id}', 200],
  ['get', '/api/tenant/info', 200],
];

let directory;
let server;
let page;
let lint;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-openapi-'));
  server = await startServer(directory, 'http://127.0.0.1:9', {
    WIDGET_DIR: here('../api/widget'),
  });
  const response = await fetch(`${server.base}/openapi.json`);
  assert.equal(response.headers.get('content-type'), 'application/json');
  page = await response.json();
  lint = join(directory, 'openapi.json');
  await writeFile(lint, JSON.stringify(page));
});

after(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

test('redocly: no error and no warning', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [here('node_modules/@redocly/cli/bin/cli.js'), 'lint', lint, '--extends=recommended-strict',
      '--format=json'],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        REDOCLY_TELEMETRY: 'off',
        REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
        NO_COLOR: '1',
      },
    },
  );
  assert.ok(stdout.trim() !== '', stderr);
  const { totals, problems } = JSON.parse(stdout);
  const told = problems.map(
    (one) => `${one.severity} ${one.ruleId}: ${one.message} ${one.location[0]?.pointer ?? ''}`,
  );
  assert.deepEqual(told, []);
  assert.deepEqual([totals.errors, totals.warnings, totals.ignored], [0, 0, 0]);
  assert.equal(status, 0);
});

test('every documented call is there, with its success and its errors', () => {
  for (const [method, path, success] of documented) {
    const operation = page.paths[path]?.[method];
    assert.ok(operation, `${method} ${path} is missing`);
    assert.ok(operation.responses[success], `${method} ${path} has no ${success}`);
    assert.ok(operation.summary && operation.operationId && operation.tags.length === 1);
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue;
      assert.ok(response.content['application/json'].schema, `${method} ${path} ${status}`);
    }
  }
});

test('what needs a visitor token or an API key says so', () => {
  for (const [path, operations] of Object.entries(page.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const guarded = path.includes('{session_id}') ||
        path === '/api/chat/message' || path === '/api/files/upload' ||
        path.startsWith('/api/admin/');
      assert.equal(operation.security.length > 0, guarded, `${method} ${path}`);
      // An open call may be answered with it, too, if a bad key is shown.
      assert.ok(!guarded || '401' in operation.responses, `${method} ${path}`);
    }
  }
});
