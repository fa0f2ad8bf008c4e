// Files into tables: time and memory of the import beside the sqlite3 shell's .import, in turns.
import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, closeSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { csv } from '../make_csv.mjs';
import { median, mebibytes, ms, program, rounds, times, work } from './tools.mjs';

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
  const took = median(imports.map((one) => one.milliseconds));
  const peer = median(shells);
  const speed = (milliseconds) => `${(size * 1000 / milliseconds).toFixed(0)} MB/s`;
  const name = `import of ${size} MB CSV, ${imports[0].rows} rows`;
  return [
    { what: name, parley: ms(took), peer: ms(peer), ratio: times(took / peer) },
    { what: `${name}: speed`, parley: speed(took), peer: speed(peer) },
    { what: `${name}: growth of memory at its peak`,
      parley: mebibytes(Math.max(...imports.map((one) => one.growthKb))) },
  ];
}

export async function measure() {
  return megabytes.flatMap(measureSize);
}
