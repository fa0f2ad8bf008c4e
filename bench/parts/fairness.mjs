// One tenant's p99 alone, and beside a tenant that offers ten times what it may have: one whose
// requests are refused beyond their rate, and one without a rate that takes all it can get.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ms, ratioAtMost, row } from './figures.mjs';
import { createSessions, httpRequest, postJson, streamsTo } from './http.mjs';
import { load, offer } from './load.mjs';
import { answeredBy, rounds, startParley, startProvider } from './programs.mjs';

const seconds = 3;
const shortLimit = 100;    // requests per second of the tenant with a rate, in the first regime
const chatLimit = 20;      // messages per second of it
const answersMax = 16;     // at once, of the tenant without a rate
const workers = 16;        // threads that all tenants share
const answer = { firstMs: 20, gapMs: 10, tokens: 20 };
const answerSeconds = (answer.firstMs + answer.gapMs * (answer.tokens - 1)) / 1000;

async function createTenant(server, name, rates) {
  const key = readFileSync(path.join(server.data, 'operator.key'), 'utf8').trim();
  const host = `${name}.example`;
  await postJson(server.port, '/api/admin/tenants', { name, domains: [host], settings: { rates } },
    { Authorization: `Bearer ${key}` });
  return { Host: host };
}

const reads = (sessions, headers) => sessions.map(
  (id) => httpRequest('GET', `/api/sessions/${id}`, undefined, headers));

/** A tenant with what its visitors ask; `rates` are per minute. */
async function visitorsOf(server, name, rates) {
  const headers = await createTenant(server, name, rates);
  const sessions = await createSessions(server.port, 128, headers);
  return { short: reads(sessions, headers), chat: streamsTo(sessions, headers) };
}

/**
 * Uses up what may come at once, half a minute's: from then on the rate itself holds. A slow
 * machine needs more than that, since the rate gives back meanwhile.
 */
async function drain(server, tenant, perSecond) {
  for (let tries = 0; tries < 5; tries += 1) {
    const result = await offer(server, tenant.short, { connections: 64, count: perSecond * 31 });
    if (result.good < result.answers) return;
  }
  throw new Error('the rate never held');
}

const kinds = {
  short: { alone: { connections: 32, rate: 400, seconds }, time: 'latency' },
  chat: { alone: { connections: 128, rate: 40, seconds }, time: 'first_token' },
};

/** How ten times its limit is offered, by kind of request and of tenant. */
const tenfold = {
  short: {
    refused: { connections: 64, rate: 10 * shortLimit, seconds },
    greedy: { connections: 10 * workers, seconds },
  },
  chat: {
    refused: { connections: 128, rate: 10 * chatLimit, seconds },
    greedy: { connections: 10 * answersMax, rate: 10 * answersMax / answerSeconds, seconds },
  },
};

async function regime(provider, kind, name, rates) {
  const server = await startParley({ ...answeredBy(provider), WORKERS: String(workers) });
  const quiet = await visitorsOf(server, 'quiet', {});
  const loud = await visitorsOf(server, 'loud', rates);
  const { alone, time } = kinds[kind];
  const results = { alone: [], beside: [], shares: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.alone.push((await load(server, quiet[kind], alone))[time].p99);
    if (rates.requests) await drain(server, loud, rates.requests / 60);
    const [offered, beside] = await Promise.all([
      offer(server, loud[kind], tenfold[kind][name]), load(server, quiet[kind], alone),
    ]);
    results.beside.push(beside[time].p99);
    results.shares.push(`${Math.round(offered.per_second)}/s offered, `
      + `${Math.round(offered.good / offered.seconds)}/s served; ${beside.busy}`);
  }
  await server.stop();
  return results;
}

export async function measure() {
  const provider = await startProvider();
  await provider.configure(answer);
  const cases = [
    ['short', 'refused', { requests: 60 * shortLimit }, 'requests, a loud tenant refused by rate'],
    ['short', 'greedy', {}, 'requests, a loud tenant on every worker'],
    ['chat', 'refused', { requests: 60 * chatLimit }, 'first token, a loud tenant refused by rate'],
    ['chat', 'greedy', { answersMax }, 'first token, a loud tenant at its answers'],
  ];
  const rows = [];
  for (const [kind, name, rates, what] of cases) {
    const { alone, beside, shares } = await regime(provider, kind, name, rates);
    rows.push(row(`p99 of ${what}, to alone`, {
      ours: beside, theirs: alone, show: ms, reach: [ratioAtMost(1.5)], note: shares.at(-1),
    }));
  }
  await provider.stop();
  return rows;
}
