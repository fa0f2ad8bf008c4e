// Durability: kill -9 under load, again and again. What was acknowledged is there, once, in order.
//
// An acknowledgement is the `started` event for a visitor's message and `done` for an answer.
// Needs build/release/parley. PARLEY_KILLS sets the number of kills (20), PARLEY_CLIENTS the
// number of conversations that talk at once (30).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { createSession, pause, send } from './client.mjs';
import { startModel } from './model.mjs';
import { startServer } from './server.mjs';

const kills = Number(process.env.PARLEY_KILLS ?? (process.env.PARLEY_TEST_EXTENDED ? 200 : 20));
const clientCount = Number(process.env.PARLEY_CLIENTS ?? 30);

class Client {
  sent = [];

  constructor(sessionId) {
    this.sessionId = sessionId;
  }

  /** Talks until the server dies. */
  async talk(base, isRunning) {
    while (isRunning()) {
      const entry = { key: randomUUID(), text: `message ${this.sent.length} ${randomUUID()}` };
      this.sent.push(entry);
      await send(base, this.sessionId, entry);
    }
  }

  /** After a restart: whatever was cut is sent again with its key, as a client would. */
  async sendAgain(base) {
    for (const entry of this.sent.filter((e) => e.cut)) {
      entry.cut = false;
      await send(base, this.sessionId, entry);
      assert.ok(!entry.cut, 'the repeated message was cut without a kill');
    }
  }

  async verify(base) {
    const response = await fetch(`${base}/api/chat/history/${this.sessionId}`);
    assert.equal(response.status, 200, 'the conversation is lost');
    const { messages } = await response.json();
    messages.forEach((message, index) => assert.equal(message.seq, index + 1, 'a gap in seq'));
    const order = [];
    for (const entry of this.sent) {
      const found = messages.filter((message) => message.content === entry.text);
      assert.ok(found.length <= 1, `doubled: ${entry.text}`);
      if (entry.visitor) assert.equal(found[0]?.messageId, entry.visitor, `lost: ${entry.text}`);
      if (found.length === 1) order.push(found[0].seq);
      if (!entry.answer) continue;
      const answers = messages.filter((message) => message.messageId === entry.answer);
      assert.equal(answers.length, 1, `answer lost: ${entry.text}`);
      assert.equal(answers[0].content, `You said: ${entry.text}`);
      assert.equal(answers[0].seq, found[0].seq + 1);
    }
    assert.deepEqual(order, [...order].sort((a, b) => a - b), 'order inverted');
    return messages.length;
  }
}

test(`${kills} kills under ${clientCount} clients lose and double nothing`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-durability-'));
  const model = await startModel();
  t.after(async () => {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  });
  let server = await startServer(directory, model.url);
  const clients = [];
  for (let i = 0; i < clientCount; ++i) clients.push(new Client(await createSession(server.base)));

  for (let kill = 0; kill < kills; ++kill) {
    let running = true;
    const talks = clients.map((client) => client.talk(server.base, () => running));
    await pause(100 + Math.random() * 400);
    running = false;
    await server.kill();
    await Promise.all(talks);
    server = await startServer(directory, model.url);
    await Promise.all(clients.map((client) => client.sendAgain(server.base)));
    await Promise.all(clients.map((client) => client.verify(server.base)));
  }
  let stored = 0;
  for (const client of clients) stored += await client.verify(server.base);
  const acknowledged = clients.flatMap((client) => client.sent).filter((e) => e.visitor).length;
  t.diagnostic(`${acknowledged} messages acknowledged, ${stored} rows, 0 lost, 0 doubled`);
  assert.ok(acknowledged > kills * clientCount, 'the load was too small to prove anything');
  assert.equal(await server.stop(), 0, 'exit code after SIGTERM');
});

test('SIGTERM under load ends within 10 s, and every answer is stored', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-drain-'));
  const model = await startModel({ gapMs: 30 });
  t.after(async () => {
    await model.close();
    await rm(directory, { recursive: true, force: true });
  });
  const server = await startServer(directory, model.url);
  const entries = [];
  for (let i = 0; i < 20; ++i) {
    const entry = { key: randomUUID(), text: `message ${i}`, sessionId: await createSession(server.base) };
    entries.push(entry);
    entry.sending = send(server.base, entry.sessionId, entry);
  }
  while (entries.some((entry) => !entry.visitor && entry.status === undefined)) await pause(5);
  const began = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - began < 10_000, 'took too long');
  await Promise.all(entries.map((entry) => entry.sending));
  for (const entry of entries) assert.ok(entry.answer, 'an answer was cut by a graceful stop');
});
