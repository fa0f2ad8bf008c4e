// The provider is down for a minute while visitors go on asking: it is left alone, they are told at
// once, and what they asked is answered when they send it again. The server takes a message back whose
// answer failed; the widget keeps its text (tests/e2e/cases/line.test.mjs).
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atRate } from '../support/rate.mjs';
import { atLeast, atMost, inTime, none, quantile, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A9: a provider that is down is left alone, and nobody waits for it';

const perSecond = 50;
const sessionCount = 100;
const openMs = 4_000; // the default of 30 s would notice the recovery that much later
const callsMax = 20;
const shownMaxMs = 300;
const closesMaxMs = 5_000;

/** Asks in one of many conversations after another. */
class Crowd {
  #turn = 0;

  constructor(client, sessions) {
    this.client = client;
    this.sessions = sessions;
  }

  ask = async (text = `question ${this.#turn}`) => {
    const session = this.sessions[this.#turn++ % this.sessions.length];
    const began = performance.now();
    const entry = await this.client.send(session, newEntry(text));
    entry.took = performance.now() - began;
    return entry;
  };
}

const unanswered = (entries) => entries.filter((entry) => !entry.answer);
const isLeftAlone = (entries) => entries.some((entry) => entry.error === 'unavailable');

async function goThrough(crowd, model, outageMs, say) {
  const found = { before: await atRate(perSecond, 2_000, () => crowd.ask()), opening: [] };
  model.setDown(true);
  while (!isLeftAlone(found.opening)) {
    found.opening.push(...(await atRate(perSecond, 500, () => crowd.ask())));
  }
  found.callsOpening = model.refused();
  found.during = await atRate(perSecond, outageMs, () => crowd.ask());
  found.calls = model.refused() - found.callsOpening;
  say(`${found.callsOpening} calls until it was left alone, ${found.calls} while it was`);
  model.setDown(false);
  const isBack = async () => (await crowd.ask()).answer;
  found.closesMs = await until(isBack, { what: 'somebody is answered', everyMs: 20 });
  found.again = [];
  for (const entry of unanswered([...found.opening, ...found.during])) {
    found.again.push(await crowd.ask(entry.text));
  }
  found.halves = 0;
  for (const session of crowd.sessions) {
    const messages = await crowd.client.history(session);
    found.halves += messages.filter(({ role }, i) => role !== (i % 2 === 0 ? 'user' : 'assistant')).length;
  }
  return found;
}

function judge({ before, opening, during, again, halves, callsOpening, calls, closesMs }, seconds, long) {
  const waits = during.map((entry) => entry.took);
  const down = during.filter((entry) => entry.error === 'unavailable').length;
  const silent = unanswered([...opening, ...during]).filter((entry) => !entry.error);
  return [
    none('unanswered before the outage', unanswered(before).length),
    told('calls of the provider until it was left alone', callsOpening),
    atLeast('told that it is down', down, during.length * 0.95),
    none('neither answered nor told', silent.length),
    atMost(`calls of the provider in the ${seconds} s it was left alone`, calls, callsMax),
    inTime(long, 'until an error is shown, p99', quantile(waits, 0.99), shownMaxMs),
    inTime(long, 'from recovery to the first answer', closesMs, closesMaxMs),
    none('unanswered when sent again', unanswered(again).length),
    none('messages of a history without an answer', halves),
  ];
}

export async function prove({ long, say }) {
  const outageMs = long ? 60_000 : 8_000;
  const model = await startModel();
  const server = await startServer(await mkdtemp(join(tmpdir(), 'outage-')), model.url, {
    BREAKER_OPEN_MS: String(openMs),
  });
  const client = new Client(server.base);
  const sessions = await Promise.all(
    Array.from({ length: sessionCount }, () => client.createSession()),
  );
  const found = await goThrough(new Crowd(client, sessions), model, outageMs, say);
  client.close();
  await server.stop();
  await model.close();
  return judge(found, outageMs / 1000, long);
}
