// Sites that may call a tenant's API from a browser: those it lists, letter by letter.
//
// Each route of the golden table is asked with origins that only look like a listed one, as a
// preflight and for real; what a browser would go by is in the answers' headers.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModel } from '../support/model.mjs';
import { atLeast, exactly, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'D2: only listed origins may read answers, on every route';

const listed = ['https://www.shop.example', 'https://chat.shop.example:8443'];
const others = ['https://www.other.example'];

const alike = [
  'null', '*', 'https://', 'file://', 'https://www.shop.example/', 'https://www.shop.example:443',
  'https://www.shop.example:444', 'http://www.shop.example', 'HTTPS://www.shop.example',
  'https://WWW.shop.example', 'https://www.shop.example.', 'https://shop.example',
  'https://a.www.shop.example', 'https://evilwww.shop.example', 'https://www.shop.example.evil.example',
  'https://www.shop.example@evil.example', 'https://evil.example/https://www.shop.example',
  'https://evil.example#https://www.shop.example', 'https://wwwxshop.example',
  'https://www.shop.examplf', 'https://www.shop.exampl', 'https://xn--www-5cd.shop.example',
  'https://www.shоp.example', 'https://www.shop.example%60.evil.example',
  'https://www.shop.example https://evil.example', 'https://www.shop.example,https://evil.example',
  'https://chat.shop.example', 'https://chat.shop.example:84430', 'chrome-extension://abcdefgh',
];

const golden = readFileSync(new URL('../../golden/routes.txt', import.meta.url), 'utf8');

/** Method and path of each route, its places filled. */
function routes(values) {
  return [...golden.matchAll(/^(\S+) +(\/\S*?) *(?:server|open|visitor|admin|superadmin) +\d/gm)].map(
    ([, method, path]) => ({
      method: method === '*' ? 'GET' : method,
      path: path.replace(/\{(\w+)\*?\}/g, (_place, name) => values[name] ?? randomUUID()),
    }),
  );
}

/** Sends a request as a browser does that has `origin`; the answer's headers. */
function ask(target, { method, path }, origin, extra = {}) {
  const { agent, port, host, key } = target;
  const headers = { Host: host, Origin: Buffer.from(origin).toString('latin1'), ...extra };
  const isPreflight = method === 'OPTIONS';
  if (!isPreflight && path.startsWith('/api/admin/')) headers.Authorization = `Bearer ${key}`;
  const body = isPreflight || method === 'GET' ? '' : '{}';
  if (body) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('end', () => resolve(response.headers)).on('error', reject);
      response.resume();
    });
    request.end(body);
  });
}

const preflightOf = ({ method, path }) => [
  { method: 'OPTIONS', path },
  { 'Access-Control-Request-Method': method },
];

/** Asks all routes with `origin`, both ways, one after another; calls `judge` with each answer. */
async function askAll(target, table, origin, judge) {
  for (const route of table) {
    judge(await ask(target, route, origin), route);
    const [preflight, extra] = preflightOf(route);
    judge(await ask(target, preflight, origin, extra), preflight);
  }
}

async function makeTenant(base, key, name, origins) {
  const domain = `${name}.localhost`;
  const body = { name, domains: [domain], settings: { origins } };
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${base}/api/admin/tenants`, {
    method: 'POST', headers, body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`no tenant: ${response.status}`);
  return domain;
}

/** What came of asking `origins` of the tenant at `target`: answers, those let in, those without Vary. */
async function sweep(target, table, origins, say) {
  const seen = { answers: 0, accepted: 0, unvaried: 0 };
  await Promise.all(origins.map((origin) => askAll(target, table, origin, (headers, { method, path }) => {
    seen.answers += 1;
    const allowed = headers['access-control-allow-origin'];
    if (allowed !== undefined) seen.accepted += 1;
    const varies = /(^|, *)Origin($|,)/.test(headers.vary ?? '');
    if (!varies) seen.unvaried += 1;
    if (!varies && seen.unvaried === 1) say(`no Vary: ${method} ${path}`);
  })));
  return seen;
}

/** Origins whose answers `target` lets a page read with credentials that it would have for all. */
async function wildcardCredentials(target, table) {
  let seen = 0;
  await askAll(target, table, listed[0], (headers) => {
    const isForAll = headers['access-control-allow-origin'] === '*';
    if (isForAll && headers['access-control-allow-credentials']) seen += 1;
  });
  return seen;
}

async function judgeAll(common, tenants, long, say) {
  const at = (domain) => ({ ...common, host: `${domain}:${common.port}` });
  const table = routes({ tenant: tenants.listing, file: 'chatbot.html' });
  const strangers = [...alike, ...others];
  const refused = await sweep(at(tenants.listing), table, strangers, say);
  const reverse = await sweep(at(tenants.other), table, long ? [...alike, ...listed] : listed, say);
  const control = await sweep(at(tenants.listing), table, listed, say);
  return [
    atLeast('origins that look like a listed one, or are the other tenant\'s', strangers.length, 20),
    exactly('routes asked, of the golden table', table.length, golden.trim().split('\n').length),
    none(`let in, of ${refused.answers + reverse.answers} answers and preflights`,
      refused.accepted + reverse.accepted),
    none('answers without Vary: Origin', refused.unvaried + reverse.unvaried + control.unvaried),
    exactly('control: answers to the listed origins let in', control.accepted, control.answers),
    none('credentials beside a wildcard', await wildcardCredentials(at('localhost'), table)),
  ];
}

export async function prove({ long, say }) {
  const directory = await mkdtemp(join(tmpdir(), 'origins-'));
  const model = await startModel();
  const server = await startServer(directory, model.url, { RATE_REQUESTS_PER_TENANT: '0' });
  const agent = new http.Agent({ keepAlive: true });
  try {
    const key = readFileSync(join(directory, 'data/operator.key'), 'utf8').trim();
    const tenants = {
      listing: await makeTenant(server.base, key, 'listing', listed),
      other: await makeTenant(server.base, key, 'other', others),
    };
    const port = Number(new URL(server.base).port);
    return await judgeAll({ agent, port, key }, tenants, long, say);
  } finally {
    agent.destroy();
    await server.stop();
    await model.close();
  }
}
