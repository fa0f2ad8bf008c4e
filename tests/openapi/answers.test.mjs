// What the server answers is what /openapi.json says: each operation is called so that it succeeds,
// and in ways that it refuses; every status must be documented, and every body must fit its schema
// without a member that the schema does not name.
//
//   npm ci && npm test        (needs build/release/parley)
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startServer } from '../prove/support/server.mjs';

const unknownId = '00000000-0000-4000-8000-000000000000';
const widget = fileURLToPath(new URL('../api/widget', import.meta.url));

let directory;
let server;
let page;
let ajv;
let operatorKey;
/** Which operations succeeded, as "get /health". */
const succeeded = new Set();

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-answers-'));
  server = await startServer(directory, 'http://127.0.0.1:9', {
    WIDGET_DIR: widget,
    AI_PROVIDER: 'demo',
    DEV_DEFAULT_TENANT: 'true',
    QUERY_TIMEOUT_MS: '60000', // a machine may be busy with other things
  });
  page = await (await fetch(`${server.base}/openapi.json`)).json();
  operatorKey = (await readFile(join(directory, 'data/operator.key'), 'utf8')).trim();
  ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ $id: 'page', ...closed(page) });
});

after(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A copy in which an object that names its members has no others. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const out = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const names = schema.properties;
  if (names && Object.values(names).every((one) => typeof one === 'object')) {
    out.additionalProperties ??= false;
  }
  return out;
}

const pointer = (...parts) =>
  parts.map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');

function checkBody(method, path, status, body) {
  const $ref = `page#${pointer('paths', path, method, 'responses', status, 'content',
    'application/json', 'schema')}`;
  const validate = ajv.compile({ $ref });
  const told = `${method} ${path} ${status}: ${JSON.stringify(body)}`;
  assert.ok(validate(body), `${told}\n${ajv.errorsText(validate.errors)}`);
}

/** Calls `path` with its {names} filled in, checks what comes, and gives back its JSON. */
async function call(method, path, { ids = {}, query = '', json, form, key, token, accept, headers, want }) {
  const bearer = key ?? token;
  const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name]));
  const response = await fetch(server.base + target + query, {
    method,
    headers: {
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(accept && { Accept: accept }),
      ...headers,
    },
    body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
  });
  const text = await response.text();
  assert.equal(response.status, want, `${method} ${path}: ${text}`);
  const documented = page.paths[path]?.[method]?.responses[want];
  assert.ok(documented, `${method} ${path} may answer ${want}, says the server, not the page`);
  if (want < 400) succeeded.add(`${method} ${path}`);
  if (want === 204) return null;
  const type = response.headers.get('content-type').split(';')[0];
  assert.ok(documented.content[type], `${method} ${path} answers ${type}`);
  if (type !== 'application/json') return text;
  const body = JSON.parse(text);
  checkBody(method, path, want, body);
  return body;
}

const upload = (sessionId) => {
  const form = new FormData();
  form.set('sessionId', sessionId);
  form.set('file', new Blob(['city,n\nBerlin,1\nRome,2\n'], { type: 'text/csv' }), 'cities.csv');
  return form;
};

test('the server itself', async () => {
  for (const path of ['/health', '/readyz', '/metrics', '/api/sessions/bot-config',
    '/api/sessions/stats/summary', '/api/tenant/info']) {
    await call('get', path, { want: 200 });
  }
});

test('sessions, chat and files', async () => {
  const made = await call('post', '/api/sessions/create', { json: { config: {} }, want: 201 });
  await call('post', '/api/sessions/create', { json: { identity: 'x' }, want: 401 });
  await call('post', '/api/sessions/create', { json: { config: 7 }, want: 400 });
  const token = made.visitorToken;
  const sessionId = made.sessionId;
  const mine = { ids: { session_id: sessionId }, token };
  const absent = { ids: { session_id: unknownId }, token };
  const message = { sessionId, message: 'Which city has most n?' };
  const file = await call('post', '/api/files/upload', { form: upload(sessionId), token, want: 200 });
  const answer = await call('post', '/api/chat/message', { json: message, token, want: 200 });
  await call('post', '/api/chat/message', { json: message, token, accept: 'text/event-stream', want: 200 });
  await call('post', '/api/chat/message', { json: {}, token, want: 400 });
  await call('post', '/api/chat/message', { json: { ...message, sessionId: unknownId }, token, want: 404 });
  await call('post', '/api/chat/message', { json: { sessionId, retryOf: unknownId }, token, want: 422 });
  const [receipt] = answer.receipts;
  await call('get', '/api/chat/stream/{session_id}',
    { ...mine, headers: { 'Last-Event-ID': '1.1' }, want: 200 });
  await call('get', '/api/chat/stream/{session_id}', { ...mine, want: 204 });
  await call('post', '/api/chat/stop/{session_id}', { ...mine, want: 200 });
  for (const path of ['/api/sessions/{session_id}', '/api/chat/history/{session_id}',
    '/api/files/info/{session_id}', '/api/files/list/{session_id}']) {
    await call('get', path, { ...mine, want: 200 });
    await call('get', path, { ...absent, want: 404 });
    await call('get', path, { ids: mine.ids, headers: { Authorization: 'Basic x' }, want: 401 });
  }
  await call('put', '/api/sessions/{session_id}/config', { ...mine, json: { config: { botName: 'Ada' } }, want: 200 });
  await call('put', '/api/sessions/{session_id}/config', { ...mine, json: { config: { botName: 7 } }, want: 400 });
  await call('post', '/api/files/query/{session_id}', { ...mine, json: { query: 'Rome' }, want: 200 });
  const sql = { ...mine, json: { sql: 'SELECT * FROM cities' } };
  await call('post', '/api/files/sql/{session_id}', { ...sql, want: 200 });
  await call('post', '/api/files/sql/{session_id}', { ...mine, json: { sql: 'DROP TABLE x' }, want: 400 });
  await call('post', '/api/files/sql/{session_id}',
    { ...mine, json: { receiptId: receipt.receiptId, format: 'csv' }, want: 200 });
  const one = { token, ids: { session_id: sessionId, receipt_id: receipt.receiptId, file_id: file.fileId } };
  await call('get', '/api/files/receipts/{session_id}/{receipt_id}', { ...one, want: 200 });
  await call('delete', '/api/files/{session_id}/{file_id}', { ...one, want: 200 });
  await call('delete', '/api/files/{session_id}/{file_id}', { ...one, want: 404 });
  await call('post', '/api/files/upload',
    { form: upload(sessionId), token, accept: 'text/event-stream', want: 200 });
  await call('delete', '/api/files/{session_id}', { ...mine, want: 200 });
  await call('delete', '/api/chat/history/{session_id}', { ...mine, want: 200 });
});

test('calls and customers of the Host\'s tenant', async () => {
  const customer = await call('post', '/api/customer/add',
    { json: { name: 'Ada', email: 'ada@example.com', data: { plan: 'gold' } }, want: 200 });
  await call('post', '/api/customer/add', { json: { name: ' ' }, want: 400 });
  await call('post', '/api/customer/add', { json: { name: 'Ada' }, key: `pk_${'x'.repeat(43)}`, want: 401 });
  await call('post', '/api/chat/call',
    { json: { prompt: 'Who are you?', customer_id: customer.customer_id }, want: 200 });
  await call('post', '/api/chat/call', { json: { prompt: '' }, want: 400 });
  await call('post', '/api/chat/call', { json: { prompt: 'x', customer_id: 'x' }, want: 400 });
  await call('get', '/api/chat/history', { want: 200 });
  await call('get', '/api/chat/history', { query: '?limit=x', want: 400 });
});

test('the operators\' API', async () => {
  const key = operatorKey;
  const tenants = '/api/admin/tenants';
  const acme = { name: 'Acme', domains: ['acme.example'], settings: { identity: { hs256Secret: 'x'.repeat(40) } } };
  const made = await call('post', tenants, { key, json: acme, want: 201 });
  await call('post', tenants, { key, json: acme, want: 409 });
  await call('post', tenants, { key, json: { name: '' }, want: 400 });
  await call('get', tenants, { key, want: 200 });
  await call('get', tenants, { want: 401 });
  const one = `${tenants}/{tenant}`;
  const own = { key, ids: { tenant: made.id } };
  const absent = { key, ids: { tenant: unknownId } };
  const tenantKey = await call('post', `${one}/keys`, { ...own, json: { label: 'site' }, want: 201 });
  for (const path of [tenants, '/api/admin/keys']) {
    await call('get', path, { key: tenantKey.key, want: 404 });
  }
  await call('post', tenants, { key: tenantKey.key, json: acme, want: 404 });
  await call('post', `${one}/keys`, { ...own, json: { label: '' }, want: 400 });
  for (const path of [one, `${one}/usage`, `${one}/keys`, `${one}/customers`]) {
    await call('get', path, { ...own, want: 200 });
    await call('get', path, { ...absent, want: 404 });
    await call('get', path, { ids: own.ids, want: 401 });
  }
  await call('get', `${one}/usage`, { ...own, query: '?format=csv', want: 200 });
  await call('get', `${one}/usage`, { ...own, query: '?from=x', want: 400 });
  await call('put', one, { ...own, json: { settings: { bot: { name: 'Ada' } } }, want: 200 });
  await call('put', one, { ...own, json: { settings: { bot: 7 } }, want: 400 });
  await call('put', one, { ...own, key: tenantKey.key, json: { name: 'Eve' }, want: 403 });
  await call('delete', `${one}/keys/{key_id}`, { key, ids: { tenant: made.id, key_id: tenantKey.id }, want: 200 });
  await call('delete', `${one}/keys/{key_id}`, { key, ids: { tenant: made.id, key_id: unknownId }, want: 404 });
  const root = await call('post', '/api/admin/keys', { key, json: { label: 'console' }, want: 201 });
  await call('get', '/api/admin/keys', { key, want: 200 });
  await call('delete', '/api/admin/keys/{key_id}', { key, ids: { key_id: root.id }, want: 200 });
  await call('delete', '/api/admin/keys/{key_id}', { key, ids: { key_id: unknownId }, want: 404 });
});

test('customers and people', async () => {
  const key = operatorKey;
  const all = '/api/admin/tenants/{tenant}/customers';
  const one = `${all}/{customer_id}`;
  const tenant = { key, ids: { tenant: 'acme.example' } };
  const fields = { name: 'Ada', email: 'ada@example.com', phone: '+44 20 7946 0018', data: { plan: 'gold' } };
  const made = await call('post', all, { ...tenant, json: fields, want: 201 });
  await call('post', all, { ...tenant, json: { ...fields, email: 'nobody' }, want: 400 });
  await call('get', all, { ...tenant, query: '?search=ada&limit=1', want: 200 });
  await call('get', all, { ...tenant, query: '?limit=0', want: 400 });
  const own = { key, ids: { tenant: 'acme.example', customer_id: made.customerId } };
  const absent = { key, ids: { tenant: 'acme.example', customer_id: unknownId } };
  await call('get', one, { ...own, want: 200 });
  await call('put', one, { ...own, json: { phone: null }, want: 200 });
  await call('get', `${one}/export`, { ...own, want: 200 });
  for (const [method, path] of [['get', one], ['put', one], ['get', `${one}/export`], ['delete', one]]) {
    const json = method === 'put' ? {} : undefined;
    await call(method, path, { ...absent, json, want: 404 });
    await call(method, path, { ids: own.ids, json, want: 401 });
  }
  await call('delete', one, { ...own, want: 200 });
});

test('no operation was left out', () => {
  const all = Object.entries(page.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`));
  assert.deepEqual(all.filter((operation) => !succeeded.has(operation)), []);
});
