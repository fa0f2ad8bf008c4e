// GET /health with 64 connections, against plain httplib with a fixed answer; one core each.
import { httpRequest, load, median, rounds, startParley, startVanilla, times } from './tools.mjs';

const shape = { connections: 64, count: 60000 };

async function rate(start) {
  const server = await start();
  const requests = [httpRequest('GET', '/health')];
  await load(server.port, requests, { ...shape, count: 5000 });
  const result = await load(server.port, requests, shape);
  await server.stop();
  return result.per_second;
}

export async function measure() {
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await rate(startVanilla));
    ours.push(await rate(startParley));
  }
  return [{
    what: 'GET /health, 64 connections, against plain httplib',
    parley: `${Math.round(median(ours))}/s`,
    peer: `${Math.round(median(theirs))}/s`,
    ratio: times(median(ours) / median(theirs)),
  }];
}
