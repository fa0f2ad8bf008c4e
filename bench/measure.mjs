// Measures the release binary beside its peers and prints one table.
// Usage: ./dev bench [--markdown] [PART...]; without a part, those of the table. README.md says
// what each one is.
import * as chat from './parts/chat.mjs';
import * as data from './parts/data.mjs';
import * as fairness from './parts/fairness.mjs';
import { print } from './parts/figures.mjs';
import * as growth from './parts/growth.mjs';
import * as hostile from './parts/hostile.mjs';
import * as importing from './parts/import.mjs';
import * as memory from './parts/memory.mjs';
import { removeWork, stopAll } from './parts/programs.mjs';
import * as sessions from './parts/sessions.mjs';
import * as sizes from './parts/sizes.mjs';
import * as small from './parts/small.mjs';
import * as sql from './parts/sql.mjs';
import * as start from './parts/start.mjs';
import * as streams from './parts/streams.mjs';

const table = { small, sessions, chat, streams, data, memory, start };
const onlyWhenNamed = { fair: fairness, growth, sizes, import: importing, sql, hostile };
const parts = { ...table, ...onlyWhenNamed };

/** A part that fails says so in the table; the others are measured all the same. */
function failed(name, error) {
  process.exitCode = 1;
  console.error(error);
  return { what: `${name} could not be measured`, ok: 'failed', note: error.message.slice(0, 200) };
}

async function main() {
  const options = process.argv.slice(2);
  const named = options.filter((word) => !word.startsWith('--'));
  const unknown = named.find((name) => !parts[name]);
  if (unknown) throw new Error(`no part ${unknown}; there are ${Object.keys(parts).join(' ')}`);
  const rows = [];
  for (const name of named.length > 0 ? named : Object.keys(table)) {
    console.error(`measuring ${name}`);
    rows.push(...(await parts[name].measure().catch((error) => [failed(name, error)])));
    await stopAll();
  }
  print(rows, { markdown: options.includes('--markdown') });
}

try {
  await main();
} finally {
  await stopAll();
  removeWork();
}
