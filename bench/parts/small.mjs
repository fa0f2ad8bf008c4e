// The smallest request, at 64 and at 1,000 connections: beside Node, and beside plain httplib,
// whose threads can hold no more than 64.
import { atLeast, perSecond, percent, ratioAtLeast, row } from './figures.mjs';
import { httpRequest } from './http.mjs';
import { costs, load } from './load.mjs';
import { rounds, startNode, startParley, startVanilla } from './programs.mjs';

const health = [httpRequest('GET', '/health')];

async function at(server, connections) {
  await load(server, health, { connections, seconds: 0.2 });
  return load(server, health, { connections, seconds: 1 });
}

async function run(start, { many }) {
  const server = await start();
  const few = await at(server, 64);
  const crowd = many ? await at(server, 1000) : undefined;
  await server.stop();
  return { few, crowd };
}

export async function measure() {
  const [ours, node, vanilla] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    node.push(await run(startNode, { many: true }));
    vanilla.push(await run(startVanilla, { many: false }));
    ours.push(await run(startParley, { many: true }));
  }
  const of = (runs, key) => runs.map((one) => one[key]);
  const rates = (results) => results.map((one) => one.per_second);
  const compare = (what, key, theirs, reach) => row(what, {
    ours: rates(of(ours, key)), theirs: rates(of(theirs, key)), show: perSecond, reach,
    note: costs(of(ours, key), of(theirs, key)),
  });
  const kept = ours.map((one) => one.crowd.per_second / one.few.per_second);
  return [
    compare('GET /health, 64 connections, to Node', 'few', node, [ratioAtLeast(1.2)]),
    compare('GET /health, 64 connections, to plain httplib', 'few', vanilla, [ratioAtLeast(1.5)]),
    compare('GET /health, 1,000 connections, to Node', 'crowd', node, [ratioAtLeast(1.2)]),
    row('  of the rate at 64, what is left at 1,000', {
      ours: kept, show: percent,
      reach: [atLeast(0.8, percent)],
    }),
  ];
}
