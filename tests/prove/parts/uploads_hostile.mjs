// Hostile names, types, bombs and quotas through the upload route: refused or harmless.
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

import { bombs, lies, names } from '../http/hostile_files.mjs';
import { Client } from '../support/client.mjs';
import { atLeast, atMost, exactly, inTime, none, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'G1, G2, G3, G10: no upload is taken for what it is not, costs much, or lands elsewhere';

const slowestMaxMs = 3_000;
// As far above the server's folders as names try to climb, so that it would be seen where they lead.
const depth = 'one/two/three/four/five/six/seven/eight';
const boundary = 'b0undary';
const latin1 = (text) => (Buffer.isBuffer(text) ? text : Buffer.from(text, /[^\x00-\xff]/.test(text) ? 'utf8' : 'latin1'));

function form(sessionId, [name, type, content]) {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="sessionId"\r\n\r\n${sessionId}\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([latin1(head), latin1(content), Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

class Uploader {
  constructor(base) {
    this.client = new Client(base, { sockets: 4 });
  }

  async upload(sessionId, file, headers = {}) {
    const type = `multipart/form-data; boundary=${boundary}`;
    const body = form(sessionId, file);
    return this.client.call('POST', '/api/files/upload', { body, headers: { 'Content-Type': type, ...headers } });
  }

  /** On a session of its own; the session's files are deleted again, if there are any. */
  async uploadAlone(file, headers) {
    const sessionId = await this.session();
    const answer = await this.upload(sessionId, file, headers);
    if (answer.status < 300) await this.client.call('DELETE', `/api/files/${sessionId}`);
    return answer;
  }

  async session() {
    return (await this.client.post('/api/sessions/create')).body.sessionId;
  }
}

const isServed = ({ status }) => status === 200 || (status >= 400 && status < 500);

/** Paths of all files, relative to `folder`. */
async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    if (!entry.isDirectory()) return [entry.name];
    return (await filesBelow(join(folder, entry.name))).map((path) => join(entry.name, path));
  });
  return (await Promise.all(lists)).flat();
}

async function hostileNames(uploader, say) {
  let strange = 0;
  let shown = 0;
  let taken = 0;
  for (const file of names) {
    const answer = await uploader.uploadAlone(file);
    if (!isServed(answer)) {
      ++strange;
      say(`name ${JSON.stringify(file[0].slice(0, 60))}: ${answer.status}`);
    }
    if (answer.status === 200) ++taken;
    const name = answer.status === 200 ? answer.body.fileName : 'x.csv';
    const isClean = typeof name === 'string' && [...name].length <= 255 &&
      !/[/\\\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u061c\u2028\u2029]/u.test(name);
    if (!isClean) {
      ++shown;
      say(`shown as ${JSON.stringify(name)}`);
    }
  }
  return [
    atLeast('hostile names', names.length, 200),
    atLeast('files of them that were taken, under a name that is safe', taken, names.length / 2),
    none('names that broke the route', strange),
    none('names shown as they came', shown),
  ];
}

async function typeLies(uploader, say) {
  let accepted = 0;
  for (const file of lies) {
    const { status, body } = await uploader.uploadAlone(file);
    if (status >= 400 && status < 500) continue;
    ++accepted;
    say(`${file[0]} as ${file[1]}, ${String(file[2]).slice(0, 20)}: ${status} ${JSON.stringify(body).slice(0, 100)}`);
  }
  return [atLeast('files that are not what they say', lies.length, 60), none('of them taken', accepted)];
}

/** Memory of a process in KiB: now, and the most since the last call. */
async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

async function decompressionBombs(uploader) {
  const sessionId = await uploader.session();
  const packed = gzipSync(form(sessionId, ['x.csv', 'text/csv', 'a\n'.repeat(5e6)]));
  const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Encoding': 'gzip' };
  const { status } = await uploader.client.call('POST', '/api/files/upload', { body: packed, headers });
  return exactly('a compressed body', status, 415);
}

async function explode(uploader, pid, list, say) {
  const found = { broken: 0, growthKiB: 0, slowestMs: 0 };
  for (const [what, name, content] of list) {
    const before = await memoryOf(pid);
    const began = performance.now();
    const type = name.endsWith('csv') ? 'text/csv' : 'application/json';
    const answer = await uploader.uploadAlone([name, type, content]);
    const ms = performance.now() - began;
    const after = await memoryOf(pid);
    const grownKiB = after.peak - before.now;
    found.growthKiB = Math.max(found.growthKiB, grownKiB);
    found.slowestMs = Math.max(found.slowestMs, ms);
    if (!isServed(answer)) ++found.broken;
    say(`${what}: ${answer.status}, ${ms.toFixed(0)} ms, ${(grownKiB / 1024).toFixed(1)} MiB`);
  }
  return found;
}

async function allBombs(uploader, pid, long, say) {
  const list = bombs.filter((_, i) => long || i % 3 === 0);
  await uploader.uploadAlone(['x.csv', 'text/csv', 'a,b\n1,2\n'.repeat(1e6)]); // the first of its kind
  const usual = await memoryOf(pid);
  const first = await explode(uploader, pid, list, say);
  const once = await memoryOf(pid);
  const again = long ? await explode(uploader, pid, list, () => {}) : first;
  const twice = await memoryOf(pid);
  const kept = (memory) => ((memory.now - usual.now) / 1024).toFixed(0);
  return [
    atLeast('bombs', list.length, long ? 30 : 10),
    none('bombs that broke the route', first.broken + again.broken),
    atMost('most memory that one took', Math.max(first.growthKiB, again.growthKiB) / 1024, 64, 'MiB'),
    told('kept after all of them once and twice, MiB', `${kept(once)} and ${kept(twice)}`),
    inTime(long, 'slowest answer to one', Math.max(first.slowestMs, again.slowestMs), slowestMaxMs),
    await decompressionBombs(uploader),
  ];
}

async function quotas(uploader, count) {
  const sessionId = await uploader.session();
  const statuses = { taken: 0, refused: 0, other: 0 };
  for (let i = 0; i < count; ++i) {
    const { status } = await uploader.upload(sessionId, [`sales-${i}.csv`, 'text/csv', `a,b\n1,${i}\n`]);
    ++statuses[status === 200 ? 'taken' : status >= 400 && status < 500 ? 'refused' : 'other'];
  }
  const { body } = await uploader.client.get(`/api/files/list/${sessionId}`);
  await uploader.client.call('DELETE', `/api/files/${sessionId}`);
  return [
    exactly(`files left of ${count} uploads to one session`, body.files.length, 5),
    atLeast('uploads of them that were taken', statuses.taken, 5),
    exactly('uploads that were taken or refused', statuses.taken + statuses.refused, count),
  ];
}

export async function prove({ long, say }) {
  const directory = await mkdtemp(join(tmpdir(), 'uploads-'));
  const place = join(directory, depth);
  const server = await startServer(place, 'http://127.0.0.1:9', { RATE_SESSIONS_PER_TENANT: '0', RATE_REQUESTS_PER_TENANT: '0' });
  const uploader = new Uploader(server.base);
  const rows = [
    ...(await hostileNames(uploader, say)),
    ...(await typeLies(uploader, say)),
    ...(await allBombs(uploader, server.pid, long, say)),
    ...(await quotas(uploader, long ? 10_000 : 200)),
  ];
  const left = await filesBelow(join(place, 'media'));
  const isOurs = (path) => path.startsWith(join(depth, 'media')) || /^data\/(?!.*(csv|json|passwd))/i.test(relative(depth, path));
  const elsewhere = (await filesBelow(directory)).filter((path) => !isOurs(path));
  elsewhere.forEach((path) => say(`elsewhere: ${path}`));
  uploader.client.close();
  const code = await server.stop();
  return [
    ...rows,
    none('files left in MEDIA_DIR after all were deleted', left.length),
    none('files outside of it', elsewhere.length),
    exactly('exit code of SIGTERM', code, 0),
  ];
}
