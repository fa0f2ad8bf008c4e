// A token limit under kill -9: never overspent, and what a kill cut is charged whole.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, newEntry, pause, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, exactly, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A1, B6: a token limit holds under kill -9';

const clientCount = 20;
// An answer counts 6. One that a kill cuts is charged with what it might have cost: its context and
// the longest answer allowed.
const chargedForCutMin = 8_000;
const settings = (limit) => ({ TOKENS_LIMIT: String(limit), TOKEN_UNIT: 'tokens' });

/** Used by nobody else now: what is reserved is settled. */
async function tokensUsed(client) {
  const { body } = await client.get('/api/chat/history/?limit=0');
  return body.tokens_used;
}

async function underKills(kills, limit, say) {
  const directory = await mkdtemp(join(tmpdir(), 'kills-'));
  const model = await startModel({ gapMs: 2 });
  const counts = { answered: 0, refused: 0, overspent: 0, undercharged: 0, badExits: 0 };
  const sessions = [];
  let server;
  for (let kill = 0; kill < kills; ++kill) {
    server ??= await startServer(directory, model.url, settings(limit));
    const client = new Client(server.base);
    while (sessions.length < clientCount) sessions.push(await client.createSession());
    const heard = () => counts.answered + counts.refused;
    const heardBefore = heard();
    let isUp = true;
    const talks = sessions.map(async (session) => {
      while (isUp) {
        const { answer, status } = await client.send(session, newEntry('How much is left?'));
        if (answer) ++counts.answered;
        if (status !== 429) continue;
        ++counts.refused;
        await pause(10);
      }
    });
    await until(() => heard() > heardBefore, { what: 'somebody is answered' });
    await pause(Math.random() * 200);
    isUp = false;
    await server.kill();
    await Promise.all(talks);
    client.close();
    await until(() => model.running() === 0, { what: 'the model sees what was cut' });
    server = await startServer(directory, model.url, settings(limit));
    const used = await tokensUsed(new Client(server.base));
    if (used > limit) ++counts.overspent;
    if (used < model.tokens() + model.cut() * chargedForCutMin) ++counts.undercharged;
    if ((kill + 1) % 20 === 0) say(`${kill + 1} kills, ${model.cut()} cut, ${used} tokens charged`);
  }
  if ((await server.stop()) !== 0) ++counts.badExits;
  await model.close();
  return { ...counts, cut: model.cut() };
}

async function withKills(kills, say) {
  const ample = await underKills(kills, kills * 250_000, say); // more than all kills can cut
  const scarce = await underKills(kills, kills * 10_000, say);
  return [
    atLeast('answers', ample.answered, kills),
    atLeast('answers that a kill cut', ample.cut, kills),
    none(`not charged whole after one of ${kills} kills`, ample.undercharged + scarce.undercharged),
    none('refused below the limit', ample.refused),
    atLeast('refused at the limit', scarce.refused, kills),
    none(`overspent after one of ${kills} kills`, ample.overspent + scarce.overspent),
    none('exit codes of SIGTERM other than 0', ample.badExits + scarce.badExits),
  ];
}

/** What `clientCount` clients with ten sends each got under `limit`, and what it counts. */
async function ledgerUnder(limit) {
  const directory = await mkdtemp(join(tmpdir(), 'ledger-'));
  const model = await startModel();
  const server = await startServer(directory, model.url, settings(limit));
  const client = new Client(server.base);
  const entries = [];
  await Promise.all(
    Array.from({ length: clientCount }, async () => {
      const session = await client.createSession();
      for (let i = 0; i < 10; ++i)
        entries.push(await client.send(session, newEntry(`message ${i}`)));
    }),
  );
  const used = await tokensUsed(client);
  await server.stop();
  await model.close();
  return { entries, used, counted: model.tokens() };
}

async function withoutKills(say) {
  const ample = await ledgerUnder(1_500_000);
  const scarce = await ledgerUnder(30_000); // three reservations
  // A second attempt that is not covered any more is refused in the stream.
  const isRefused = ({ status, error }) => status === 429 || error === 'token_limit';
  const refused = scarce.entries.filter(isRefused);
  const others = scarce.entries.filter((entry) => !entry.answer && !isRefused(entry));
  others.forEach((entry) => say(`neither answered nor refused: ${JSON.stringify(entry)}`));
  return [
    none('unanswered without a kill', ample.entries.filter((entry) => !entry.answer).length),
    exactly('charged without a kill', ample.used, ample.counted),
    atLeast('sends that a small limit refused', refused.length, 1),
    none('sends under it neither answered nor refused', others.length),
    exactly('charged under it', scarce.used, scarce.counted),
  ];
}

export async function prove({ long, say }) {
  return [...(await withKills(long ? 200 : 20, say)), ...(await withoutKills(say))];
}
