// kill -9 under load, again and again. What was acknowledged is there, once, in order.
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LedgerClient, storedCustomers, Tally } from '../support/acknowledged.mjs';
import { Client, pause } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, exactly, none, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A1: kill -9 under 50 clients loses, doubles and reorders nothing';

const clientCount = 50;

async function auditCustomers(client, directory, clients, tally) {
  const key = (await readFile(join(directory, 'data/operator.key'), 'utf8')).trim();
  const emails = await storedCustomers(client, key);
  const stored = new Set(emails);
  if (stored.size !== emails.length) tally.fault('doubled', 'a customer');
  for (const each of clients) {
    for (const email of each.customers) if (!stored.has(email)) tally.fault('lost', email);
  }
}

export async function prove({ long, say }) {
  const killsMin = long ? 200 : 20;
  const acknowledgedMin = long ? 50_000 : killsMin * clientCount;
  const directory = await mkdtemp(join(tmpdir(), 'kills-'));
  const model = await startModel();
  const tally = new Tally();
  const clients = Array.from({ length: clientCount }, () => new LedgerClient(tally));
  let server = await startServer(directory, model.url);
  let client = new Client(server.base);
  let kills = 0;
  for (; kills < killsMin || tally.total < acknowledgedMin; ++kills) {
    let running = true;
    const loads = clients.map(async (each) => {
      while (running) await each.act(client).catch(() => {});
    });
    await pause(100 + Math.random() * 400);
    running = false;
    await server.kill();
    await Promise.all(loads);
    client.close();
    server = await startServer(directory, model.url);
    client = new Client(server.base);
    await Promise.all(clients.map((each) => each.sendAgain(client)));
    await Promise.all(clients.map((each) => each.audit(client)));
    if ((kills + 1) % 20 === 0) say(`${kills + 1} kills, ${tally.total} acknowledged`);
  }
  await Promise.all(clients.map((each) => each.audit(client, { all: true })));
  await auditCustomers(client, directory, clients, tally);
  const code = await server.stop();
  await model.close();
  tally.examples.forEach(say);
  return [
    atLeast('kills', kills, killsMin),
    atLeast('writes acknowledged', tally.total, acknowledgedMin),
    ...Object.entries(tally.acknowledged).map(([kind, count]) => told(`  of them ${kind}`, count)),
    ...Object.entries(tally.faults).map(([kind, count]) => none(kind, count)),
    exactly('exit code of SIGTERM', code, 0),
  ];
}
