// Everything that a model's endpoint may do wrong, again and again, at each attempt or only at the
// first: each answer ends in the right state within its deadline, and no word is said twice.
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { faults, startChaosModel, words } from '../provider_faults/chaos_model.mjs';
import { Client, newEntry } from '../support/client.mjs';
import { startChatModel } from '../support/chat_model.mjs';
import { atLeast, inTime, none, quantile } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A8: whatever a provider does, an answer ends right and in time';

const atOnce = 20;
const deadlineMs = 8_000;
const settings = {
  PROVIDER_CONNECT_MS: '1000',
  PROVIDER_FIRST_BYTE_MS: '1000',
  PROVIDER_IDLE_MS: '1000',
  PROVIDER_TOTAL_MS: String(deadlineMs),
  BREAKER_FAILURES: '1000',
  LOG_LEVEL: 'off',
};
const failoverMaxMs = 2_000;
const whole = words.join('');

/** The state that an answer should end in which meets the fault `times` times. */
function wantedEnd(fault, times) {
  const heals = fault.calls > 1 && times < fault.calls;
  return heals ? { ends: 'answered', calls: times + 1 } : { ends: fault.ends, calls: fault.calls };
}

/** What is wrong with one answer that met the fault; '' if nothing. */
async function tryFault(client, model, name, times) {
  const run = randomUUID();
  const session = await client.createSession();
  const entry = newEntry(`fault=${name} times=${times} run=${run}`);
  const began = performance.now();
  await client.send(session, entry);
  const took = performance.now() - began;
  const [, answer] = await client.history(session);
  const wanted = wantedEnd(faults[name], times);
  const ended =
    entry.error ?? (answer?.finish === 'truncated' ? 'truncated' : entry.answer && 'answered');
  const said = { answered: whole, truncated: entry.said }[ended] ?? '';
  if (ended !== wanted.ends) return `ended as ${ended}, not as ${wanted.ends}`;
  if (entry.said !== said || !whole.startsWith(said) || (ended === 'truncated' && !said))
    return `said "${entry.said}"`;
  if ((answer?.content ?? '') !== said) return `stored "${answer?.content}" for "${said}"`;
  if (model.calls(run) !== wanted.calls) return `${model.calls(run)} calls, not ${wanted.calls}`;
  return took > deadlineMs ? `took ${took.toFixed(0)} ms` : '';
}

async function serve(modelUrl, more = {}) {
  const server = await startServer(await mkdtemp(join(tmpdir(), 'faults-')), modelUrl, {
    ...settings,
    ...more,
  });
  return { server, client: new Client(server.base) };
}

/** Those after which a server may be asked on: all on one, many at a time. */
async function tryPassing(model, runs, note) {
  const { server, client } = await serve(model.url);
  const passing = Object.keys(faults).filter((name) => !faults[name].isLasting);
  const tasks = passing.flatMap((name) =>
    Array.from({ length: runs }, (_, i) => [name, i % 4 === 0 ? 1 : 9]),
  );
  tasks.sort(() => Math.random() - 0.5);
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let task = tasks.pop(); task; task = tasks.pop())
        note(task[0], await tryFault(client, model, ...task));
    }),
  );
  client.close();
  await server.stop();
}

/** Those that end all calls: a server each; it must not ask again either. */
async function tryLasting(model, runs, note) {
  for (const name of Object.keys(faults).filter((each) => faults[each].isLasting)) {
    for (let i = 0; i < runs; ++i) {
      const { server, client } = await serve(model.url);
      let wrong = await tryFault(client, model, name, 9);
      const run = randomUUID();
      const next = await client.send(
        await client.createSession(),
        newEntry(`fault=${name} times=9 run=${run}`),
      );
      if (next.error !== 'unavailable' || model.calls(run) !== 0)
        wrong ||= `asked again: ${next.error}`;
      note(name, wrong);
      client.close();
      await server.stop();
    }
  }
}

/** Nobody listens there; the other vendor answers. How long its first word took, in ms. */
async function failOver(runs, note) {
  const other = await startChatModel(words);
  const { server, client } = await serve('http://127.0.0.1:1', {
    OPENAI_API_KEY: 'test-key',
    OPENAI_BASE_URL: `${other.url}/v1`,
    OPENAI_PROTOCOL: 'chat',
    AI_PROVIDER: 'claude',
  });
  const waits = [];
  await Promise.all(
    Array.from({ length: runs }, async () => {
      const session = await client.createSession();
      const json = { sessionId: session, message: 'Who answers?' };
      let said = '';
      const began = performance.now();
      await client.stream('POST', '/api/chat/message', { json }, ({ name, data }) => {
        if (name !== 'delta') return;
        if (!said) waits.push(performance.now() - began);
        said += data.text;
      });
      note('refused, with failover', said === whole ? '' : `said "${said}"`);
    }),
  );
  client.close();
  await server.stop();
  await other.close();
  return waits;
}

export async function prove({ long, say }) {
  const runs = long ? 50 : 4;
  const model = await startChaosModel();
  const counts = { runs: 0, wrong: 0 };
  const note = (name, wrong) => {
    ++counts.runs;
    if (!wrong) return;
    if (++counts.wrong <= 20) say(`${name}: ${wrong}`);
  };
  await tryPassing(model, runs, note);
  say('one server each');
  await tryLasting(model, long ? runs : 1, note);
  const waits = await failOver(runs, note);
  model.close();
  return [
    atLeast(
      `answers that met one of ${Object.keys(faults).length + 1} kinds of fault`,
      counts.runs,
      runs * 20,
    ),
    none('ended in another state, too late, with other words or calls', counts.wrong),
    inTime(long, 'first word after a failover, p95', quantile(waits, 0.95), failoverMaxMs),
  ];
}
