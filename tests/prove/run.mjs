// Proves the promises of reliability and safety: faults and attacks on the release binary.
//
//   node tests/prove/run.mjs [--short] [PART…]       (needs build/release/parley)
//
// Each part runs in a process group and a temp folder of its own, so that one that fails or hangs
// leaves nothing behind and does not stop the others. README.md says what a part is.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { clear } from './support/place.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Longest a part may take; one that hangs is ended then. The soak says how long it wants to be. */
const soakMinutes = Number(process.env.PARLEY_SOAK_MINUTES ?? 120);
const partMaxMs = { short: 5 * 60_000, long: 2 * soakMinutes * 60_000 + 3_600_000 };

async function partNames() {
  const files = await readdir(join(here, 'parts'));
  return files
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => name.slice(0, -4))
    .sort();
}

let running = null;

/** Ends the running part and all that it started. */
function endPart() {
  try {
    if (running) process.kill(-running.pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** What part `name` found: its promise and rows; a part that breaks has one row that says how. */
async function runPart(name, form) {
  const directory = await mkdtemp(join(tmpdir(), `parley-${name}-`));
  running = fork(join(here, 'support/part.mjs'), [name, form], {
    detached: true, // a process group, so that its children go with it
    env: { ...process.env, TMPDIR: directory },
  });
  const late = setTimeout(endPart, partMaxMs[form]);
  let told = null;
  running.on('message', (message) => {
    told = message;
  });
  const [code, signal] = await once(running, 'exit');
  clearTimeout(late);
  endPart();
  clear(directory);
  const broken = {
    what: 'runs to its end',
    value: signal ?? `exit code ${code}`,
    limit: 'rows',
    ok: false,
  };
  return { name, rows: told?.length ? told : [broken] };
}

function print(parts) {
  const columns = ['part', 'what', 'value', 'limit', 'ok'];
  const cells = parts.flatMap(({ name, rows }) =>
    rows.map(({ what, value, limit, ok }) => [
      name,
      what,
      String(value),
      limit,
      limit === '' ? '' : ok ? 'ok' : 'FAILED',
    ]),
  );
  const table = [columns, ...cells];
  const widths = columns.map((_, i) => Math.max(...table.map((line) => line[i].length)));
  for (const line of table) {
    console.log(
      line
        .map((text, i) => text.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
  }
}

const names = await partNames();
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const form = process.argv.includes('--short') ? 'short' : 'long';
const unknown = wanted.find((name) => !names.includes(name));
if (unknown) throw new Error(`no part ${unknown}; there are ${names.join(' ')}`);

let isOver = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isOver = true;
    endPart(); // and what it leaves behind is cleared as after any other
  });
}

const parts = [];
for (const name of wanted.length > 0 ? wanted : names) {
  if (!isOver) parts.push(await runPart(name, form));
}
console.log('');
print(parts);
const rows = parts.flatMap((part) => part.rows);
const told = rows.filter((row) => row.limit === '').length;
const failed = rows.filter((row) => !row.ok).length;
console.log(`\n${rows.length - failed - told} passed, ${failed} failed, ${told} not judged`);
process.exitCode = failed > 0 || isOver ? 1 : 0;
