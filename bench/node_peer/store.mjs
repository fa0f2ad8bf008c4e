// All storage of the peer: SQLite with WAL and synchronous=FULL, as durable as the server that it
// is compared with.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const schema = `
CREATE TABLE IF NOT EXISTS sessions(
  id TEXT PRIMARY KEY, config TEXT NOT NULL, created_at INTEGER NOT NULL,
  last_activity INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages(
  id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  role TEXT NOT NULL, content TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS messages_session ON messages(session_id, id);
CREATE TABLE IF NOT EXISTS files(
  session_id TEXT PRIMARY KEY, name TEXT NOT NULL, summary TEXT NOT NULL);`;

const idleMs = 30 * 60 * 1000;

export class Store {
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.db = new DatabaseSync(path.join(folder, 'peer.db'));
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    this.db.exec(schema);
    const prepare = (sql) => this.db.prepare(sql);
    this.insertSession = prepare('INSERT INTO sessions VALUES(?,?,?,?)');
    this.selectSession = prepare('SELECT * FROM sessions WHERE id=? AND last_activity>=?');
    this.countMessages = prepare('SELECT count(*) AS n FROM messages WHERE session_id=?');
    this.touchSession = prepare('UPDATE sessions SET last_activity=? WHERE id=?');
    this.selectRecent = prepare(
      'SELECT role, content FROM messages WHERE session_id=? ORDER BY id DESC LIMIT 9');
    this.selectAll = prepare(
      'SELECT role, content, created_at AS timestamp FROM messages WHERE session_id=? ORDER BY id');
    this.insertMessage = prepare(
      'INSERT INTO messages(session_id, role, content, created_at) VALUES(?,?,?,?)');
    this.selectFile = prepare('SELECT name, summary FROM files WHERE session_id=?');
    this.replaceFile = prepare('INSERT OR REPLACE INTO files VALUES(?,?,?)');
  }

  transaction(work) {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  createSession(id, config) {
    const now = Date.now();
    this.insertSession.run(id, JSON.stringify(config), now, now);
    return now;
  }

  findSession(id) { return this.selectSession.get(id, Date.now() - idleMs); }
  history(id) { return this.selectAll.all(id); }
  recent(id) { return this.selectRecent.all(id); }
  findFile(id) { return this.selectFile.get(id); }

  record(id, question, answer) {
    const now = Date.now();
    this.transaction(() => {
      this.insertMessage.run(id, 'user', question, now);
      this.insertMessage.run(id, 'assistant', answer, now);
      this.touchSession.run(now, id);
    });
  }

  messageCount(id) { return this.countMessages.get(id).n; }

  /** Stores the rows of an upload in a table of their own, and its summary. */
  importFile(id, name, columns, rows) {
    const table = tableOf(id);
    const definitions = columns.map(
      ({ name: column, type }) => `${quoted(column)} ${type === 'number' ? 'NUMERIC' : 'TEXT'}`);
    this.transaction(() => {
      this.db.exec(`DROP TABLE IF EXISTS ${table}`);
      this.db.exec(`CREATE TABLE ${table}(${definitions.join(',')})`);
      const insert = this.db.prepare(
        `INSERT INTO ${table} VALUES(${columns.map(() => '?').join(',')})`);
      for (const row of rows) insert.run(...columns.map((column, i) => cell(column, row[i])));
      for (const column of columns) {
        if (column.type === 'number') Object.assign(column, this.statistics(table, column.name));
      }
      this.replaceFile.run(id, name, JSON.stringify({ rows: rows.length, columns }));
    });
  }

  statistics(table, column) {
    const of = quoted(column);
    return this.db.prepare(
      `SELECT min(${of}) AS min, max(${of}) AS max, avg(${of}) AS mean FROM ${table}`).get();
  }

  /** @returns rows {name, count, sum}: of `by`, and the sum of column `of` in each group. */
  grouped(id, by, of) {
    return this.db.prepare(
      `SELECT ${quoted(by)} AS name, count(*) AS count, sum(${quoted(of)}) AS sum
       FROM ${tableOf(id)} GROUP BY 1 ORDER BY 1 LIMIT 1000`).all();
  }
}

const tableOf = (id) => `file_${id.replaceAll('-', '')}`;
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

function cell({ type }, text) {
  if (type !== 'number') return text ?? null;
  return text === '' || text === undefined ? null : Number(text);
}
