// A token limit under kill -9: never overspent, and what a kill cut is charged whole.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, pause } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, exactly, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A1, B6: a token limit holds under kill -9';

const clientCount = 20;
const limitPerKill = 75_000; // an answer counts 6, but one that a kill cuts about 10,000
const settings = (limit) => ({ TOKENS_LIMIT: String(limit), TOKEN_UNIT: 'tokens' });

/** Used by nobody else now: what is reserved is settled. */
async function tokensUsed(client) {
  const { body } = await client.get('/api/chat/history/?limit=0');
  return body.tokens_used;
}

async function underKills(kills, say) {
  const directory = await mkdtemp(join(tmpdir(), 'kills-'));
  const limit = kills * limitPerKill;
  const model = await startModel({ gapMs: 2 });
  let server = await startServer(directory, model.url, settings(limit));
  let client = new Client(server.base);
  const sessions = [];
  for (let i = 0; i < clientCount; ++i) sessions.push(await client.createSession());
  const entries = [];
  let running;
  const talk = async (session) => {
    while (running) {
      const entry = newEntry('How much is left?');
      entries.push(entry);
      await client.send(session, entry);
      if (entry.status === 429) await pause(10);
    }
  };
  let overspent = 0;
  let undercharged = 0;
  for (let kill = 0; kill < kills; ++kill) {
    running = true;
    const talks = sessions.map(talk);
    await pause(100 + Math.random() * 200);
    running = false;
    await server.kill();
    await Promise.all(talks);
    client.close();
    server = await startServer(directory, model.url, settings(limit));
    client = new Client(server.base);
    const used = await tokensUsed(client);
    if (used > limit) ++overspent;
    if (used < model.tokens()) ++undercharged;
    if ((kill + 1) % 20 === 0) say(`${kill + 1} kills, ${used} of ${limit} tokens charged`);
  }
  const code = await server.stop();
  await model.close();
  return [
    none(`overspent after one of ${kills} kills`, overspent),
    none('charged less than the model counted', undercharged),
    atLeast('answers', entries.filter((entry) => entry.answer).length, kills),
    atLeast(
      'sends that the limit refused',
      entries.filter((entry) => entry.status === 429).length,
      1,
    ),
    exactly('exit code of SIGTERM', code, 0),
  ];
}

async function withoutKills() {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-'));
  const model = await startModel();
  const server = await startServer(directory, model.url, settings(1_500_000));
  const client = new Client(server.base);
  let unanswered = 0;
  await Promise.all(
    Array.from({ length: clientCount }, async () => {
      const session = await client.createSession();
      for (let i = 0; i < 10; ++i) {
        const entry = await client.send(session, newEntry(`message ${i}`));
        if (!entry.answer) ++unanswered;
      }
    }),
  );
  const used = await tokensUsed(client);
  const counted = model.tokens();
  await server.stop();
  await model.close();
  return [
    none('unanswered without a kill', unanswered),
    exactly('charged without a kill', used, counted),
  ];
}

export async function prove({ long, say }) {
  return [...(await underKills(long ? 200 : 20, say)), ...(await withoutKills())];
}
