// A token limit under kill -9: never overspent, and what a kill cut is charged whole.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { createSession, pause, send } from './client.mjs';
import { startModel } from './model.mjs';
import { startServer } from './server.mjs';

const kills = Number(process.env.PARLEY_KILLS ?? 20);
const clientCount = 20;
const limit = 1_500_000; // an answer counts 6, but one that a kill cuts about 10,000

/** Used by nobody else now: what is reserved is settled. */
async function tokensUsed(base) {
  const response = await fetch(`${base}/api/chat/history/?limit=0`);
  assert.equal(response.status, 200);
  const { tokens_used: used, tokens_limit: told } = await response.json();
  assert.equal(told, limit);
  return used;
}

test(`${kills} kills under a limit of ${limit} tokens overspend none`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-budget-'));
  const model = await startModel({ gapMs: 2 });
  t.after(async () => {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  });
  const environment = { TOKENS_LIMIT: String(limit), TOKEN_UNIT: 'tokens' };
  const start = () => startServer(directory, model.url, environment);
  let server = await start();
  const sessions = [];
  for (let i = 0; i < clientCount; ++i) sessions.push(await createSession(server.base));
  const entries = [];
  const talk = async (session, isRunning) => {
    while (isRunning()) {
      const entry = { key: randomUUID(), text: 'How much is left?' };
      entries.push(entry);
      await send(server.base, session, entry);
      if (entry.status === 429) await pause(10);
    }
  };

  for (let kill = 0; kill < kills; ++kill) {
    let running = true;
    const talks = sessions.map((session) => talk(session, () => running));
    await pause(100 + Math.random() * 200);
    running = false;
    await server.kill();
    await Promise.all(talks);
    server = await start();
    const used = await tokensUsed(server.base);
    assert.ok(used <= limit, `overspent: ${used}`);
    assert.ok(used >= model.tokens(), `charged ${used} of ${model.tokens()}`);
  }
  const used = await tokensUsed(server.base);
  const answered = entries.filter((entry) => entry.answer).length;
  const refused = entries.filter((entry) => entry.status === 429).length;
  t.diagnostic(`${answered} answered, ${refused} refused, ${used} of ${limit} tokens charged`);
  assert.ok(answered > kills, 'the load was too small to prove anything');
  assert.ok(refused > 0, 'the limit was never reached');
  assert.equal(await server.stop(), 0);
});

test('without a kill the ledger is what the model counted', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
  const model = await startModel();
  t.after(async () => {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  });
  const server = await startServer(directory, model.url, {
    TOKENS_LIMIT: String(limit),
    TOKEN_UNIT: 'tokens',
  });
  const sessions = await Promise.all(
    Array.from({ length: clientCount }, () => createSession(server.base)),
  );
  await Promise.all(
    sessions.map(async (session) => {
      for (let i = 0; i < 10; ++i) {
        const entry = { key: randomUUID(), text: `message ${i}` };
        await send(server.base, session, entry);
        assert.ok(entry.answer, `not answered: ${JSON.stringify(entry)}`);
      }
    }),
  );
  assert.equal(await tokensUsed(server.base), model.tokens());
  assert.equal(await server.stop(), 0);
});
