// Deploys: SIGTERM under load, and a new server on the same data.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LedgerClient, Tally } from '../support/acknowledged.mjs';
import { Client, pause, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, inTime, none, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A10: a restart under load fails no short request and loses no message';

const talkers = 20;
const askers = 10;
const exitMaxMs = 10_000;
const graceMs = 1_000; // for answers on their way

/** A refused connection, or a 503: the next server answers. Everything else is a failure. */
async function ask(client, counts) {
  try {
    const { status } = await client.get('/api/sessions/bot-config');
    if (status === 200) ++counts.answered;
    else if (status === 503) ++counts.refused;
    else counts.failed.push(`status ${status}`);
  } catch (error) {
    if (error.code === 'ECONNREFUSED') ++counts.refused;
    else counts.failed.push(error.message);
  }
}

/** A restart may refuse a connection; what it does to one that it took is a failure. */
async function actUnlessRefused(each, client, counts) {
  try {
    await each.act(client);
  } catch (error) {
    if (error.code !== 'ECONNREFUSED') counts.failed.push(`a write: ${error.message}`);
  }
}

/** Reads an answer that outlasts the grace: what was said of it, and how its stream ended. */
async function listen(client, session) {
  const heard = { session, said: '', last: '' };
  const message = 'word '.repeat(1_000);
  heard.reading = client
    .stream('POST', '/api/chat/message', { json: { sessionId: session, message } }, (event) => {
      heard.last = event.name;
      if (event.name === 'delta') heard.said += event.data.text;
      if (event.name === 'done') heard.finish = event.data.finish;
    })
    .catch((error) => {
      heard.last = error.message;
    });
  await until(() => heard.said !== '', { what: 'a long answer begins' });
  return heard;
}

/** What is wrong with a long answer after the restart, or ''. */
async function faultOf({ session, said, last, finish }, client) {
  if (last !== 'done' || finish !== 'truncated') return `its stream ended with ${last} ${finish}`;
  const [, answer] = await client.history(session);
  return answer?.content === said ? '' : `${said.length} characters were read, not what is stored`;
}

export async function prove({ long, say }) {
  const restarts = long ? 50 : 5;
  const directory = await mkdtemp(join(tmpdir(), 'restarts-'));
  const model = await startModel({ gapMs: 20 });
  const tally = new Tally();
  const clients = Array.from({ length: talkers }, () => new LedgerClient(tally));
  const counts = { answered: 0, refused: 0, failed: [], torn: [], badExits: 0, cut: 0 };
  const exits = [];
  for (let restart = 0; restart < restarts; ++restart) {
    const server = await startServer(directory, model.url, { DRAIN_MS: String(graceMs) });
    const client = new Client(server.base);
    const longAnswer = await listen(client, await client.createSession());
    let isUp = true;
    const loads = [
      ...clients.map(async (each) => {
        while (isUp) await actUnlessRefused(each, client, counts);
      }),
      ...Array.from({ length: askers }, async () => {
        while (isUp) await ask(client, counts);
      }),
    ];
    await pause(300 + Math.random() * 700);
    const began = performance.now();
    if ((await server.stop()) !== 0) ++counts.badExits; // the clients know nothing and go on
    exits.push(performance.now() - began);
    isUp = false;
    await Promise.all([...loads, longAnswer.reading]);
    client.close();
    const sent = clients.flatMap((each) => each.conversation?.sent ?? []);
    counts.cut += sent.filter(
      (entry) => entry.isCut && !entry.answer && entry.cutBy !== 'ECONNREFUSED',
    ).length;
    const next = await startServer(directory, model.url);
    const fresh = new Client(next.base);
    await Promise.all(clients.map((each) => each.sendAgain(fresh)));
    await Promise.all(clients.map((each) => each.audit(fresh)));
    const fault = await faultOf(longAnswer, fresh);
    if (fault) counts.torn.push(fault);
    fresh.close();
    await next.stop();
    if ((restart + 1) % 10 === 0) say(`${restart + 1} restarts`);
  }
  await model.close();
  tally.examples.forEach(say);
  new Set([...counts.failed, ...counts.torn]).forEach((what) => say(`failed: ${what}`));
  return [
    atLeast('short requests answered', counts.answered, restarts * askers),
    told('refused at a closed port, or by a 503', counts.refused),
    none('short requests and writes that failed', counts.failed.length),
    none('sends and answers on their way that were cut', counts.cut),
    none(`of ${restarts} that outlast the grace, not ended and stored as read`, counts.torn.length),
    atLeast('writes acknowledged', tally.total, restarts * talkers),
    none(
      'lost, doubled or out of order',
      Object.values(tally.faults).reduce((sum, count) => sum + count, 0),
    ),
    none('exit codes other than 0', counts.badExits),
    inTime(long, `slowest exit of ${restarts}`, Math.max(...exits), exitMaxMs),
  ];
}
