// Files into tables: time and memory of the import beside the sqlite3 shell's .import, in turns.
import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, closeSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { csv } from '../make_csv.mjs';
import { mebibytes, median, ms, row } from './figures.mjs';
import { program, rounds, work } from './programs.mjs';

const megabytes = [1, 10, 100];

/** The same rows again and again under one header, so that no file is ever held whole. */
function write(size, file) {
  const { bytes } = csv(Math.min(size, 10) * 1e6);
  const rows = bytes.subarray(bytes.indexOf(10) + 1);
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, bytes);
  for (let written = bytes.length; written + rows.length < size * 1.01e6; written += rows.length) {
    writeSync(descriptor, rows);
  }
  closeSync(descriptor);
}

function ours(file, database) {
  return JSON.parse(execFileSync(program('import_file'), [file, database], { encoding: 'utf8' }));
}

/** The shell makes durable what it commits, as we do. */
function shell(file, database) {
  rmSync(database, { force: true });
  const began = process.hrtime.bigint();
  const run = spawnSync('sqlite3', [database, `.import --csv ${file} t`], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`sqlite3: ${run.error ?? run.stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

function measureSize(size) {
  const file = path.join(work, `rows_${size}.csv`);
  const database = path.join(work, 'import.db');
  write(size, file);
  const imports = [];
  const shells = [];
  for (let round = 0; round < rounds; round += 1) {
    imports.push(ours(file, database));
    shells.push(shell(file, database));
  }
  const took = imports.map((one) => one.milliseconds);
  const name = `import of ${size} MB CSV, ${imports[0].rows} rows`;
  const speed = `${(size * 1000 / median(took)).toFixed(0)} MB/s`;
  return [
    row(`${name}, to the sqlite3 shell`, { ours: took, theirs: shells, show: ms, note: speed }),
    row('  memory that it takes at its peak', {
      ours: Math.max(...imports.map((one) => one.growthKb)), show: mebibytes,
    }),
  ];
}

export async function measure() {
  return megabytes.flatMap(measureSize);
}
