// Measures the release binary against its peers or limits and prints one table.
// Usage: ./dev bench [PART...]; without a part, all of them. README.md says what each one is.
import * as hostile from './parts/hostile.mjs';
import * as idle from './parts/idle.mjs';
import * as importing from './parts/import.mjs';
import * as node from './parts/node.mjs';
import * as sessions from './parts/sessions.mjs';
import * as sizes from './parts/sizes.mjs';
import * as small from './parts/small.mjs';
import * as sql from './parts/sql.mjs';
import * as start from './parts/start.mjs';
import * as stream from './parts/stream.mjs';
import * as upload from './parts/upload.mjs';
import { stopAll } from './parts/tools.mjs';

const parts = {
  start, sizes, small, idle, stream, sessions, upload, import: importing, sql, hostile, node,
};
const notByDefault = ['node'];

function print(rows) {
  const columns = ['what', 'parley', 'peer', 'ratio'];
  const table = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, i) => Math.max(...table.map((cells) => cells[i].length)));
  for (const cells of table) {
    const [what, ...values] = cells;
    const padded = values.map((value, i) => value.padStart(widths[i + 1]));
    console.log([what.padEnd(widths[0]), ...padded].join('  '));
  }
}

async function main() {
  const wanted = process.argv.length > 2 ? process.argv.slice(2)
    : Object.keys(parts).filter((name) => !notByDefault.includes(name));
  const rows = [];
  for (const name of wanted) {
    if (!parts[name]) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(' ')}`);
    console.error(`measuring ${name}`);
    rows.push(...(await parts[name].measure()));
  }
  print(rows);
}

try {
  await main();
} finally {
  await stopAll();
}
