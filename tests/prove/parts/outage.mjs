// The provider is down for a minute while visitors go on asking: it is left alone, they are told at
// once, and what they asked is answered when it is back.
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

export async function prove({ long, say }) {
  const outageMs = long ? 60_000 : 8_000;
  const model = await startModel();
  const server = await startServer(await mkdtemp(join(tmpdir(), 'outage-')), model.url, { BREAKER_OPEN_MS: String(openMs) });
  const client = new Client(server.base);
  const sessions = await Promise.all(Array.from({ length: sessionCount }, () => client.createSession()));
  let turn = 0;
  const ask = async (text = `question ${turn}`) => {
    const entry = newEntry(text);
    entry.session = sessions[turn++ % sessionCount];
    const began = performance.now();
    await client.send(entry.session, entry);
    entry.took = performance.now() - began;
    return entry;
  };

  const before = await atRate(perSecond, 2_000, ask);
  model.setDown(true);
  const opening = [];
  while (!opening.some((entry) => entry.error === 'unavailable')) opening.push(...(await atRate(perSecond, 500, ask)));
  const callsBefore = model.refused();
  const during = await atRate(perSecond, outageMs, ask);
  const calls = model.refused() - callsBefore;
  say(`${callsBefore} calls until it was open, ${calls} while it was`);
  model.setDown(false);
  const closesMs = await until(async () => (await ask()).answer, { what: 'somebody is answered', everyMs: 20 });
  const failed = [...opening, ...during].filter((entry) => !entry.answer);
  const again = [];
  for (const entry of failed) again.push(await ask(entry.text));
  client.close();
  await server.stop();
  await model.close();
  return [
    none('unanswered before the outage', before.filter((entry) => !entry.answer).length),
    told('calls of the provider until it was left alone', callsBefore),
    atLeast('told that it is down', during.filter((entry) => entry.error === 'unavailable').length, during.length * 0.95),
    none('neither answered nor told', failed.filter((entry) => !entry.error).length),
    atMost(`calls of the provider in the ${outageMs / 1000} s it was left alone`, calls, callsMax),
    inTime(long, 'until an error is shown, p99', quantile(during.map((entry) => entry.took), 0.99), shownMaxMs),
    inTime(long, 'from recovery to the first answer', closesMs, closesMaxMs),
    none('unanswered when sent again', again.filter((entry) => !entry.answer).length),
  ];
}
