// The same send again and again, half of it at the same time: one row, one call of the model.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { exactly, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A7: a send that is repeated 1 to 5 times is stored once and asked once';

const clientCount = 40;
const sendsPerSession = 50;

/** Sends `entry` 2 to 6 times, all at once or one after another; the answers that came. */
async function sendRepeatedly(client, session, entry) {
  const repeats = 2 + Math.floor(Math.random() * 5);
  const copies = Array.from({ length: repeats }, () => ({ ...entry }));
  if (Math.random() < 0.5) {
    await Promise.all(copies.map((copy) => client.send(session, copy)));
  } else {
    for (const copy of copies) await client.send(session, copy);
  }
  return copies;
}

export async function prove({ long, say }) {
  const sends = long ? 10_000 : 600;
  const model = await startModel();
  const server = await startServer(await mkdtemp(join(tmpdir(), 'retries-')), model.url);
  const client = new Client(server.base);
  const counts = {
    sent: 0,
    unanswered: 0,
    differing: 0,
    refusedOthers: 0,
    rowsNotOne: 0,
    callsNotOne: 0,
  };

  /** One conversation: its sends, their repeats, and what is stored of them in the end. */
  const converse = async () => {
    const session = await client.createSession();
    const entries = [];
    for (let i = 0; i < sendsPerSession && counts.sent < sends; ++i) {
      ++counts.sent;
      const entry = newEntry(`message ${counts.sent}.`);
      entries.push(entry);
      const copies = await sendRepeatedly(client, session, entry);
      if (copies.some((copy) => !copy.answer)) ++counts.unanswered;
      if (new Set(copies.map((copy) => `${copy.visitor} ${copy.answer} ${copy.said}`)).size > 1)
        ++counts.differing;
      const other = await client.send(session, { ...entry, text: 'another text' });
      if (other.status === 422) ++counts.refusedOthers;
    }
    const messages = await client.history(session);
    for (const { text } of entries) {
      if (messages.filter((message) => message.content === text).length !== 1) ++counts.rowsNotOne;
      if (model.calls(text) !== 1) ++counts.callsNotOne;
    }
    if (messages.length !== 2 * entries.length) ++counts.rowsNotOne;
  };

  await Promise.all(
    Array.from({ length: clientCount }, async () => {
      while (counts.sent < sends) await converse();
    }),
  );
  say(`${counts.sent} sends`);
  client.close();
  await server.stop();
  await model.close();
  return [
    exactly('sends, each repeated 1 to 5 times', counts.sent, sends),
    none('without an answer to each repeat', counts.unanswered),
    none('repeats that were told something else', counts.differing),
    none('sends that are not one row', counts.rowsNotOne),
    none('sends that are not one call of the model', counts.callsNotOne),
    exactly('other texts under the same key: 422', counts.refusedOthers, sends),
  ];
}
