// A disk of 8 MB runs full under load, and gets room again: nothing acknowledged is lost, reading
// goes on, writing too as soon as it can, without a restart. Needs the right to mount (root).
import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LedgerClient, Tally } from '../support/acknowledged.mjs';
import { Client, newEntry, pause, until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { atLeast, exactly, inTime, none, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'A3: a full disk fails that write only, and heals by itself';

const clientCount = 20;
const megabytes = 8;
const healsMaxMs = 5_000;

const mount = (directory, ...options) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', directory], {
    stdio: 'pipe',
  });

/** Whether a write is taken now; what else it says is counted. */
async function tryWrites(client, session, statuses) {
  const created = await client.post('/api/sessions/create');
  const entry = await client.send(session, newEntry('Is there room?'));
  for (const status of [created.status, entry.error ?? entry.status]) {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  return created.status === 201 && entry.answer !== undefined;
}

/** Fills the disk; then all that is tried must be told so or work, and reading works. */
async function fillAndHeal({ client, clients, directory, statuses, counts, size }) {
  const session = clients[0].conversations[0]?.id ?? (await client.createSession());
  let isFull = false;
  const loads = clients.map(async (each) => {
    while (!isFull)
      await each.act(client).catch(() => {
        ++counts.cut;
      });
  });
  await until(async () => !(await tryWrites(client, session, statuses)), {
    what: 'the disk is full',
    maxMs: 300_000,
    everyMs: 50,
  });
  for (let i = 0; i < 20; ++i) {
    await tryWrites(client, session, statuses);
    if ((await client.get(`/api/chat/history/${session}`)).status !== 200) ++counts.unread;
    if ((await client.get('/health')).status !== 200) ++counts.unhealthy;
    await pause(10);
  }
  isFull = true;
  await Promise.all(loads);
  execFileSync('mount', ['-o', `remount,size=${size}m`, directory]);
  counts.healed.push(
    await until(() => tryWrites(client, session, statuses), {
      what: 'writes are taken again',
      everyMs: 20,
    }),
  );
}

export async function prove({ long, say }) {
  const rounds = long ? 10 : 2;
  const directory = await mkdtemp(join(tmpdir(), 'full-'));
  try {
    mount(directory, `size=${megabytes}m`);
  } catch (error) {
    return [told('not measured: this account may not mount', error.message.split('\n')[1] ?? '')];
  }
  const model = await startModel();
  const server = await startServer(directory, model.url, { LOG_LEVEL: 'off' });
  try {
    const client = new Client(server.base);
    const tally = new Tally();
    const clients = Array.from({ length: clientCount }, () => new LedgerClient(tally));
    const counts = { cut: 0, unread: 0, unhealthy: 0, healed: [] };
    const statuses = new Map();
    for (let round = 1; round <= rounds; ++round) {
      await fillAndHeal({
        client,
        clients,
        directory,
        statuses,
        counts,
        size: megabytes + round * 4,
      });
      say(`full and healed ${round} times, ${tally.total} acknowledged`);
    }
    await Promise.all(clients.map((each) => each.audit(client, { all: true })));
    tally.examples.forEach(say);
    client.close();
    const refusals = [...statuses].filter(([status]) => ![200, 201].includes(status));
    const others = refusals.filter(([status]) => ![507, 'storage_full'].includes(status));
    return [
      exactly('times full and healed, without a restart', counts.healed.length, rounds),
      atLeast('writes acknowledged', tally.total, rounds * 100),
      none(
        'lost, doubled or out of order',
        Object.values(tally.faults).reduce((sum, count) => sum + count, 0),
      ),
      atLeast(
        'refused with 507 or storage_full',
        refusals.reduce((sum, [, count]) => sum + count, 0),
        rounds,
      ),
      exactly('refused with anything else', others.map(String).join(' '), ''),
      none('connections cut', counts.cut),
      none('reads that failed while it was full', counts.unread + counts.unhealthy),
      inTime(long, 'from room to the first write, slowest', Math.max(...counts.healed), healsMaxMs),
      exactly('exit code of SIGTERM', await server.stop(), 0),
    ];
  } finally {
    await server.kill();
    await model.close();
    execFileSync('umount', ['-l', directory]); // a process of the server may still be ending
  }
}
