// Thousands of connections that take their time (slowhttptest), and a visitor who does not: he is
// served throughout. The attackers come over loopback, to which the cap of one address does not
// apply; how the cap does against others is asked last.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, pause, until } from '../support/client.mjs';
import { beginAtRate } from '../support/rate.mjs';
import { atLeast, atMost, exactly, none, quantile, told } from '../support/rows.mjs';
import { residentKiB, tcpMemoryKiB } from '../support/process.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'H2: slow headers, bodies and readers delay nobody else';

const program = ['/usr/bin/slowhttptest', '/usr/local/bin/slowhttptest'].find(existsSync);

const probesPerSecond = 50;
const kernelKiBMax = 256;

/** slowhttptest's options for each attack, and what it asks for. */
const attacks = {
  'slow heads': { options: ['-H', '-i', '5', '-x', '24'], path: '/health' },
  'slow bodies': { options: ['-B', '-i', '5', '-s', '8192', '-x', '10'], path: '/api/sessions/create' },
  'slow readers': {
    options: ['-X', '-n', '5', '-z', '32', '-w', '10', '-y', '20', '-k', '3'], path: '/static/widget/large.js',
  },
};

/**
 * Asks what costs a worker on new and on kept connections in turn, until `isOver()`. Open loop: one
 * after the other, they would hardly notice a standstill.
 */
async function probe(base, isOver) {
  const found = { ms: [], failed: 0 };
  const kept = new Client(base, { sockets: 1 });
  let turn = 0;
  const ask = async () => {
    const client = ++turn % 2 === 0 ? kept : new Client(base);
    const began = performance.now();
    const { status } = await client.get('/api/sessions/bot-config').catch(() => ({ status: 0 }));
    found.ms.push(performance.now() - began);
    if (status !== 200) ++found.failed;
    if (client !== kept) client.close();
  };
  await Promise.all(await beginAtRate(probesPerSecond, isOver, ask));
  kept.close();
  return found;
}

const openConnections = async (client) =>
  Number(/^parley_connections_open (\d+)/m.exec((await client.get('/metrics')).body)?.[1] ?? NaN);

async function attack(name, server, { connections, seconds, isJudged }, say) {
  const { options, path } = attacks[name];
  const pace = ['-c', String(connections), '-r', '1000', '-l', String(seconds)];
  const client = new Client(server.base);
  const beforeKiB = residentKiB(server.pid);
  const kernelBeforeKiB = tcpMemoryKiB();
  const attacker = spawn(program, [...options, ...pace, '-u', server.base + path], { stdio: 'ignore' });
  const ended = once(attacker, 'exit');
  let isOver = false;
  ended.then(() => { isOver = true; });
  let most = 0;
  let peakKiB = 0;
  let kernelPeakKiB = 0;
  const watch = (async () => {
    while (!isOver) {
      const count = await openConnections(client);
      const kib = residentKiB(server.pid);
      if (count >= most) [most, peakKiB] = [count, Math.max(peakKiB, kib)];
      kernelPeakKiB = Math.max(kernelPeakKiB, tcpMemoryKiB());
      await pause(100);
    }
  })();
  const found = await probe(server.base, () => isOver);
  await watch;
  await until(async () => (await openConnections(client)) < 10, { what: 'the attackers are gone', maxMs: 120_000 });
  client.close();
  const p99 = quantile(found.ms, 0.99);
  const inKernelKiB = (kernelPeakKiB - kernelBeforeKiB) / most;
  say(`${name}: ${most} connections, ${found.ms.length} probes, p99 ${p99.toFixed(1)} ms`);
  return [
    atLeast(`${name}: connections held at once`, most, connections / 2),
    atLeast(`${name}: probes meanwhile`, found.ms.length, isJudged ? 500 : 10),
    none(`${name}: probes that failed`, found.failed),
    isJudged
      ? atMost(`${name}: p99 of the probes`, p99, 1000, 'ms')
      : told(`${name}: p99 of the probes, ms`, p99.toFixed(0)),
    atMost(`${name}: memory a connection`, Math.max(peakKiB - beforeKiB, 0) / most, 20, 'KiB'),
    isJudged
      ? atMost(`${name}: the kernel's, both ends`, inKernelKiB, kernelKiBMax, 'KiB')
      : told(`${name}: the kernel's, both ends, KiB`, inKernelKiB.toFixed(0)),
  ];
}

/** An IPv4 address of this machine that is not loopback. */
const ownAddress = () =>
  Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** How many of `count` connections from one address are let in, and whether another one's still is. */
async function capOf(server, count) {
  const host = ownAddress();
  if (!host) return [told('the cap of one address', 'not asked: this machine has no address but loopback')];
  const port = Number(new URL(server.base).port);
  const sockets = [];
  let refused = 0;
  for (let i = 0; i < count; ++i) {
    const socket = connect({ port, host });
    socket.on('error', () => {});
    socket.on('data', () => { ++refused; });
    await once(socket, 'connect');
    sockets.push(socket);
  }
  await until(() => refused >= count - 64, { what: 'those above the cap are told so' });
  const client = new Client(server.base);
  const { status } = await client.get('/api/sessions/bot-config');
  client.close();
  for (const socket of sockets) socket.destroy();
  return [
    exactly(`of ${count} connections of one address refused`, refused, count - 64),
    exactly('answer to another address then', status, 200),
  ];
}

export async function prove({ long, say }) {
  if (!program) throw new Error('slowhttptest is needed: apt-get install slowhttptest');
  const directory = await mkdtemp(join(tmpdir(), 'slow-'));
  await writeFile(join(directory, 'large.js'), 'x'.repeat(4 * 1024 * 1024));
  const form = long
    ? { connections: 4000, seconds: 40, isJudged: true }
    : { connections: 400, seconds: 5, isJudged: false };
  const rows = [];
  for (const name of Object.keys(attacks)) {
    const server = await startServer(join(directory, name.replace(' ', '-')), 'http://127.0.0.1:9', {
      HOST: '0.0.0.0', WIDGET_DIR: directory, RATE_SESSIONS_PER_TENANT: '0',
    });
    rows.push(...(await attack(name, server, form, say)));
    if (name === 'slow readers') rows.push(...(await capOf(server, 100)));
    rows.push(exactly(`${name}: exit code of SIGTERM`, await server.stop(), 0));
  }
  return rows;
}
