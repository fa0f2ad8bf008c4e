// Judges what a power cut left: with the stock sqlite3, and with the server itself.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { Client, newEntry } from '../support/client.mjs';
import { startServer } from '../support/server.mjs';

const run = promisify(execFile);

/** Made anew at each start, or never read by another process. */
const isPassing = (path) => /-shm$|\.lock$|server\.address/.test(path);

/** Writes the files of a state, which were recorded below `from`, to the directory `to`. */
export function writeState(files, from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, 'data'), { recursive: true });
  mkdirSync(join(to, 'media'), { recursive: true });
  for (const [path, bytes] of files) {
    if (isPassing(path)) continue;
    const target = join(to, path.slice(from.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}

const rowsOf = `
SELECT 'message ' || id || ' ' || content FROM messages;
SELECT 'conversation ' || id || ' ' FROM conversations;
SELECT 'customer ' || id || ' ' || email FROM customers;
SELECT 'file ' || id || ' ' || sha256 FROM files;
SELECT 'stored ' || tenant_id || '/' || id || ' ' || size_bytes || ' ' || sha256 FROM files;`;

/**
 * Faults of the state in `directory` by the stock tools. `acknowledged`: writes that it must have.
 * `original`: the same directory as it was without a cut.
 */
export async function judgeByTools(directory, acknowledged, original) {
  const database = join(directory, 'data/parley.db');
  if (!existsSync(database))
    return { lost: acknowledged.map((write) => write.id), corrupt: [], missing: [] };
  const faults = { lost: [], corrupt: [], missing: [] };
  const checks = "PRAGMA integrity_check; SELECT 'strays ' || count(*) FROM pragma_foreign_key_check;";
  const script = acknowledged.length > 0 ? checks + rowsOf : checks;
  const { stdout } = await run('sqlite3', [database, script], { maxBuffer: 64 << 20 }).catch(
    (error) => ({ stdout: `sqlite3: ${error.message}` }),
  );
  const [integrity, strays, ...rows] = stdout.split('\n').filter(Boolean);
  if (integrity !== 'ok') faults.corrupt.push(integrity);
  if (strays !== 'strays 0') faults.corrupt.push(strays);
  const present = new Set(rows);
  for (const { kind, id, text } of acknowledged) {
    if (!present.has(`${kind} ${id} ${text}`)) faults.lost.push(`${kind} ${id}`);
  }
  // What visitors were given is bound to this key.
  const key = 'data/secret_key';
  if (acknowledged.length > 0 && !isSame(join(directory, key), join(original, key)))
    faults.lost.push(key);
  for (const row of rows.filter((each) => each.startsWith('stored '))) {
    const [, path, size, sha256] = row.split(' ');
    if (!isWhole(join(directory, 'media', path), Number(size), sha256)) faults.missing.push(path);
    const tables = `${path}.tables`;
    if (!isSame(join(directory, 'media', tables), join(original, 'media', tables)))
      faults.missing.push(tables);
  }
  return faults;
}

function isWhole(file, size, sha256) {
  if (!existsSync(file) || statSync(file).size !== size) return false;
  return createHash('sha256').update(readFileSync(file)).digest('hex') === sha256;
}

const isSame = (file, other) => existsSync(file) && readFileSync(file).equals(readFileSync(other));

/** Faults of the state by the server itself: it starts, shows what was said, and takes more. */
export async function judgeByServer(directory, acknowledged, modelUrl) {
  // Exploring takes longer than a session may be idle.
  const server = await startServer(directory, modelUrl, { SESSION_IDLE_MINUTES: '525600' });
  const client = new Client(server.base);
  try {
    const faults = [];
    for (const { id } of acknowledged.filter((write) => write.kind === 'conversation').slice(-3)) {
      const { status, body } = await client.get(`/api/chat/history/${id}`);
      const isGapless = body.messages?.every((message, index) => message.seq === index + 1);
      if (status !== 200 || !isGapless) faults.push(`history ${id}: ${status}`);
      const entry = await client.send(id, newEntry('after the cut'));
      if (!entry.answer) faults.push(`no answer: ${JSON.stringify(entry)}`);
    }
    if ((await client.upload(await client.createSession(), 'new.csv', 'a,b\n1,2\n')).status !== 200)
      faults.push('no upload');
    return faults;
  } finally {
    client.close();
    await server.stop();
  }
}
