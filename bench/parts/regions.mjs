// A question over the rows of an uploaded file, in each server's own words: how many sales there
// were in each of the eight regions, and of how many pieces.
import { postJson } from './http.mjs';

const sql = 'SELECT region, count(*), sum(quantity) FROM sales GROUP BY region ORDER BY region';

const ask = {
  parley: (port, session) => postJson(port, `/api/files/sql/${session}`, { sql }),
  node: (port, session) => postJson(port, `/api/files/group/${session}`,
    { by: 'region', of: 'quantity' }),
};

/** Milliseconds until the answer; it must be right. */
export async function askRegions(server, session) {
  const began = process.hrtime.bigint();
  const { rows } = await ask[server.name](server.port, session);
  if (rows.length !== 8) throw new Error(`regions: ${JSON.stringify(rows)}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}
