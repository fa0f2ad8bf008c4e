// Rows straight into a server's database, which is stopped meanwhile: the stock sqlite3 shell, and
// the schema that the server made.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { newFolder, startParley } from '../programs.mjs';

export const firstTenant = '00000000-0000-4000-8000-000000000001';

/** The id of row `i`: spread like random ones, so that rows do not lie in the order of making. */
export const idOf = (i) => {
  const spread = ((i * 2654435761) % 4294967296).toString(16).padStart(8, '0');
  return `${spread}-0000-4000-8000-${i.toString(16).padStart(12, '0')}`;
};
/** The same in SQL. */
export const idSql = "printf('%08x-0000-4000-8000-%012x', (i * 2654435761) % 4294967296, i)";

const now = () => Date.now();

/** `sql` over numbers 1 to `count`, which it calls i. */
export const insertMany = (table, columns, values, count) => `
  WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})
  INSERT INTO ${table} (${columns}) SELECT ${values} FROM numbers;`;

export const insertConversations = (count) => insertMany('conversations',
  'tenant_id, id, config, token_hash, created_at, last_activity_at',
  `'${firstTenant}', ${idSql}, '{}', '-', ${now()}, ${now()}`, count);

/** A data folder with what `sql` adds to a fresh installation. */
export async function filledFolder(sql) {
  const folder = newFolder();
  await (await startParley({}, folder)).stop();
  const pragmas = 'PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;';
  const done = spawnSync('sqlite3', [path.join(folder, 'parley.db')],
    { input: `${pragmas} BEGIN; ${sql} COMMIT;`, encoding: 'utf8' });
  if (done.status !== 0 || done.stderr) throw new Error(`sqlite3: ${done.error ?? done.stderr}`);
  return folder;
}
