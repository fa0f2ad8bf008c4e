// Small requests with 64 connections, against plain httplib with a fixed answer; one core each.
// /health is answered by the event loop, bot-config by a worker.
import { httpRequest, load, median, perSecond, rounds, startParley, startVanilla, times }
  from './tools.mjs';

const shape = { connections: 64, count: 60000 };

async function rates(start, targets) {
  const server = await start();
  const results = [];
  for (const target of targets) {
    const requests = [httpRequest('GET', target)];
    await load(server.port, requests, { ...shape, count: 5000 });
    results.push((await load(server.port, requests, shape)).per_second);
  }
  await server.stop();
  return results;
}

export async function measure() {
  const targets = ['/health', '/api/sessions/bot-config'];
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push((await rates(startVanilla, ['/health']))[0]);
    ours.push(await rates(startParley, targets));
  }
  const peer = median(theirs);
  return targets.map((target, i) => {
    const parley = median(ours.map((results) => results[i]));
    return {
      what: `GET ${target}, 64 connections, against plain httplib`,
      parley: perSecond(parley), peer: perSecond(peer), ratio: times(parley / peer),
    };
  });
}
