// Size of an upload: until it can be asked, and GROUP BY over all its rows.
import { csv } from '../../make_csv.mjs';
import { median, ms } from '../figures.mjs';
import { createSessions, upload } from '../http.mjs';
import { rounds, startParley } from '../programs.mjs';
import { askRegions } from '../regions.mjs';
import { growth, linear } from './table.mjs';

const megabytes = [1, 10, 100];

/** Rows of 10 MB again and again under one header. */
function file(size) {
  const { bytes } = csv(Math.min(size, 10) * 1e6);
  const rows = bytes.subarray(bytes.indexOf(10) + 1);
  const more = Array.from({ length: Math.round(size * 1e6 / bytes.length) - 1 }, () => rows);
  return Buffer.concat([bytes, ...more]);
}

async function groupMs(server, session) {
  const times = [];
  for (let i = 0; i < 5; i += 1) times.push(await askRegions(server, session));
  return median(times);
}

async function measureSize(size) {
  const bytes = file(size);
  const server = await startParley({
    UPLOAD_MAX_BYTES: '200000000', UPLOAD_ROWS_MAX: '10000000', QUERY_TIMEOUT_MS: '60000',
  });
  const sessions = await createSessions(server.port, rounds);
  const figures = { queryable: [], group: [] };
  for (const session of sessions) {
    figures.queryable.push(await upload(server.port, session, bytes));
    figures.group.push(await groupMs(server, session));
  }
  await server.stop();
  return figures;
}

export async function measure() {
  const results = [];
  for (const size of megabytes) results.push([size, await measureSize(size)]);
  const of = (key) => results.map(([size, figures]) => [size, figures[key]]);
  const named = (size) => `${size} MB`;
  return [
    ...growth('CSV until it can be asked', of('queryable'), { named, show: ms, must: linear }),
    ...growth('GROUP BY', of('group'), { named, show: ms, must: linear }),
  ];
}
