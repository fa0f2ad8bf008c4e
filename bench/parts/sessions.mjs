// New conversations with 64 connections: each is on the disk before it is answered. The limit is
// what the disk does when every row waits for its own fdatasync.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { httpRequest, load, median, perSecond, rounds, startParley, times, work } from './tools.mjs';

const shape = { connections: 64, count: 6000 };

async function created() {
  const server = await startParley();
  const create = [httpRequest('POST', '/api/sessions/create', {})];
  await load(server.port, create, { ...shape, count: 500 });
  const result = await load(server.port, create, shape);
  await server.stop();
  return result.per_second;
}

function synced() {
  const count = 500;
  const folder = mkdtempSync(path.join(work, 'sync-'));
  const file = openSync(path.join(folder, 'log'), 'w');
  const page = Buffer.alloc(4096, 1);
  const began = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) {
    writeSync(file, page);
    fdatasyncSync(file);
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return count / seconds;
}

export async function measure() {
  const ours = [];
  const disk = [];
  for (let round = 0; round < rounds; round += 1) {
    disk.push(synced());
    ours.push(await created());
  }
  return [{
    what: 'durable sessions, 64 connections, against one fdatasync each',
    parley: perSecond(median(ours)),
    peer: perSecond(median(disk)),
    ratio: times(median(ours) / median(disk)),
  }];
}
