// Tenants of one installation: finding whose request it is by its Host, and starting.
import { mebibytes, ms, us } from '../figures.mjs';
import { httpRequest } from '../http.mjs';
import { load } from '../load.mjs';
import { settledKb } from '../processes.mjs';
import { rounds, startParley } from '../programs.mjs';
import { filledFolder, idSql, insertMany } from './fill.mjs';
import { counted, flat, growth, linear } from './table.mjs';

const sizes = [1, 100, 10_000];

const insertTenants = (count) => insertMany('tenants', 'id, name, created_at',
  `${idSql}, 'Tenant ' || i, ${Date.now()}`, count)
  + insertMany('tenant_domains', 'domain, tenant_id, position',
    `'t' || i || '.example', ${idSql}, 0`, count);

async function measureSize(size) {
  const folder = await filledFolder(insertTenants(size));
  const some = Math.min(size, 1_000);
  const hosts = Array.from({ length: some },
    (_, i) => `t${1 + Math.floor(i * size / some)}.example`);
  const requests = hosts.map(
    (Host) => httpRequest('GET', '/api/sessions/bot-config', undefined, { Host }));
  const figures = { resolve: [], start: [], memory: [] };
  for (let round = 0; round < rounds; round += 1) {
    const server = await startParley({}, folder);
    figures.start.push(server.startedInMs);
    figures.memory.push(await settledKb(server.pid));
    figures.resolve.push((await load(server, requests, { connections: 16, seconds: 1 })).cpuUs);
    await server.stop();
  }
  return figures;
}

export async function measure() {
  const results = [];
  for (const size of sizes) results.push([size, await measureSize(size)]);
  const of = (key) => results.map(([size, figures]) => [size, figures[key]]);
  const named = counted('tenants');
  return [
    ...growth('request by Host, CPU', of('resolve'), { named, show: us, must: flat }),
    ...growth('start', of('start'), { named, show: ms, must: linear }),
    ...growth('memory', of('memory'), { named, show: mebibytes, must: linear }),
  ];
}
