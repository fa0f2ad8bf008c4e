// Sessions in the database: making one more, and reading one of them.
import { us } from '../figures.mjs';
import { httpRequest } from '../http.mjs';
import { load } from '../load.mjs';
import { rounds, startParley } from '../programs.mjs';
import { filledFolder, idOf, insertConversations } from './fill.mjs';
import { counted, growth, logarithmic } from './table.mjs';

const sizes = [1_000, 10_000, 100_000, 1_000_000];
const sample = 1_000;
const shape = { connections: 16, seconds: 1 };

async function measureSize(size) {
  const server = await startParley({}, await filledFolder(insertConversations(size)));
  const step = size / sample;
  const reads = Array.from({ length: sample },
    (_, i) => httpRequest('GET', `/api/sessions/${idOf(1 + Math.floor(i * step))}`));
  const creations = [httpRequest('POST', '/api/sessions/create', {})];
  const [get, create] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    get.push((await load(server, reads, shape)).cpuUs);
    create.push((await load(server, creations, shape)).cpuUs);
  }
  await server.stop();
  return { get, create };
}

export async function measure() {
  const results = [];
  for (const size of sizes) results.push([size, await measureSize(size)]);
  const of = (key) => results.map(([size, figures]) => [size, figures[key]]);
  const named = counted('sessions stored');
  return [
    ...growth('session get, CPU', of('get'), { named, show: us, must: logarithmic }),
    ...growth('session create, CPU', of('create'), { named, show: us, must: logarithmic }),
  ];
}
