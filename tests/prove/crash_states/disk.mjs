// A disk that remembers what was promised: what a power cut may leave of recorded calls.
//
// Data of a file is safe once a sync of it ended that began after the write; an entry of a
// directory (create, rename, unlink, mkdir) once a sync of the directory did. Anything else may be
// there, not be there, or be there in part, whatever order it was made in; entries of one directory
// are kept in their order, as journaling file systems do.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const sectorBytes = 512;

/** What recorder.cpp wrote: [{op, path, …, data, end}]; `end`: where the next one begins. */
export function readRecord(file) {
  const bytes = readFileSync(file);
  const calls = [];
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at);
    const call = JSON.parse(bytes.toString('utf8', at, newline));
    call.data = bytes.subarray(newline + 1, newline + 1 + call.bytes);
    at = newline + 1 + call.bytes;
    call.end = at;
    calls.push(call);
  }
  return calls;
}

/** Bytes of a file that is written anywhere and cut. */
class Content {
  constructor(bytes = Buffer.alloc(0), size = bytes.length) {
    this.bytes = bytes;
    this.size = size;
  }

  copy() {
    return new Content(Buffer.from(this.bytes.subarray(0, this.size)), this.size);
  }

  write(data, offset) {
    const end = offset + data.length;
    this.#reserve(end);
    data.copy(this.bytes, offset);
    this.size = Math.max(this.size, end);
  }

  truncate(size) {
    this.#reserve(size);
    if (size < this.size) this.bytes.fill(0, size, this.size);
    this.size = size;
  }

  #reserve(size) {
    if (size <= this.bytes.length) return;
    const larger = Buffer.alloc(size * 2);
    this.bytes.copy(larger, 0, 0, this.size);
    this.bytes = larger;
  }

  get value() {
    return this.bytes.subarray(0, this.size);
  }
}

function change(content, { op, data, offset, size }) {
  if (op === 'write') content.write(data, offset);
  else content.truncate(size);
}

/** Some of the sectors of a write reached the disk. */
function changeTorn(content, call, random) {
  if (call.op !== 'write') return change(content, call);
  for (let at = 0; at < call.data.length; at += sectorBytes) {
    if (random() < 0.5) content.write(call.data.subarray(at, at + sectorBytes), call.offset + at);
  }
}

/** What becomes of the unsafe writes of one file. */
const fates = {
  lost() {},
  kept: (content, calls) => calls.forEach((call) => change(content, call)),
  some: (content, calls, random) =>
    calls.forEach((call) => random() < 0.5 && change(content, call)),
  torn: (content, calls, random) =>
    calls.forEach((call) =>
      random() < 0.5 ? change(content, call) : changeTorn(content, call, random),
    ),
  begun(content, calls, random) {
    const whole = Math.floor(random() * (calls.length + 1));
    calls.slice(0, whole).forEach((call) => change(content, call));
    if (whole < calls.length) changeTorn(content, calls[whole], random);
  },
};

const folder = { pending: [] };

export class Disk {
  #names = new Map(); ///< path → file, as the server sees it
  #safeNames = new Map();
  #entries = new Map(); ///< directory → changes of its entries that are not safe yet

  #made = new Set(); ///< directories that did not exist before

  apply(call) {
    const { op, path } = call;
    if (op === 'create') {
      const file = { content: new Content(), pending: [] };
      this.#entry(call, (names) => names.set(path, file));
    }
    if (op === 'mkdir') {
      this.#made.add(path);
      this.#entry(call, (names) => names.set(path, folder));
    }
    if (op === 'unlink') this.#entry(call, (names) => names.delete(path));
    if (op === 'rename') {
      const file = this.#names.get(path);
      this.#entry(call, (names) => {
        names.delete(path);
        names.set(call.to, file);
      });
    }
    if (op === 'write' || op === 'truncate') this.#names.get(path).pending.push(call);
    if (op === 'sync') this.#sync(call);
  }

  #entry({ path, end }, edit) {
    edit(this.#names);
    const directory = dirname(path);
    if (!this.#entries.has(directory)) this.#entries.set(directory, []);
    this.#entries.get(directory).push({ edit, end });
  }

  #sync({ path, began }) {
    const entries = this.#entries.get(path) ?? [];
    while (entries.length > 0 && entries[0].end <= began) entries.shift().edit(this.#safeNames);
    const file = this.#names.get(path);
    if (!file?.content) return;
    while (file.pending.length > 0 && file.pending[0].end <= began)
      change(file.content, file.pending.shift());
  }

  /** Map path → bytes after a power cut now. */
  crash(random) {
    const names = new Map(this.#safeNames);
    for (const entries of this.#entries.values()) {
      const kept = Math.floor(random() * (entries.length + 1));
      entries.slice(0, kept).forEach(({ edit }) => edit(names));
    }
    const kinds = Object.keys(fates);
    const files = new Map();
    for (const [path, { content, pending }] of names) {
      const isGone = this.#made.has(dirname(path)) && names.get(dirname(path)) !== folder;
      if (isGone || !content) continue;
      const left = content.copy();
      fates[kinds[Math.floor(random() * kinds.length)]](left, pending, random);
      files.set(path, left.value);
    }
    return files;
  }
}

/**
 * The calls that SQLite would have made with synchronous=NORMAL: the log is not synced at commits,
 * only when it begins anew and before its pages are moved to the database.
 */
export function withSynchronousNormal(calls) {
  const headerBytes = 32;
  let lastOfLog; // write
  return calls.filter((call, i) => {
    if (!call.path.endsWith('-wal')) return true;
    if (call.op === 'write') lastOfLog = call;
    if (call.op !== 'sync' || lastOfLog?.data.length === headerBytes) return true;
    const database = call.path.slice(0, -'-wal'.length);
    const next = calls
      .slice(i + 1, i + 200)
      .find(({ op, path }) => op === 'write' && [call.path, database].includes(path));
    return next?.path === database;
  });
}
