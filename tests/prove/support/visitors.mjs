// A crowd that uses all of the API at a fixed rate: sessions, sends, streams cut and resumed,
// uploads, SQL, history, customers, hang-ups, stops.
import { randomUUID } from 'node:crypto';

import { Client, newEntry, until } from './client.mjs';

const sessionsMax = 40;
const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** Relative weights of what people do. */
const acts = {
  begin: 2,
  talk: 6,
  talkPlainly: 2,
  cutAndResume: 4,
  hangUp: 2,
  stop: 1,
  upload: 2,
  query: 4,
  readHistory: 6,
  listFiles: 2,
  clearHistory: 1,
  customer: 2,
  look: 4,
};
const hat = Object.entries(acts).flatMap(([name, weight]) => Array(weight).fill(name));

export class Visitors {
  sessions = [];
  unexpected = [];
  done = 0;
  answers = 0; ///< to the end, of talk()
  waits = []; ///< ms of each short request since take()
  #running = new Set();

  constructor(base, operatorKey) {
    this.client = new Client(base);
    this.operator = { Authorization: `Bearer ${operatorKey}` };
  }

  /** `perSecond` acts for `ms`; then until all have ended and all connections are closed. */
  async come(perSecond, ms) {
    await new Promise((resolve) => {
      const ticks = setInterval(() => this.#begin(), 1000 / perSecond);
      setTimeout(() => resolve(clearInterval(ticks)), ms);
    });
    await this.#leave();
  }

  /** `count` acts at the same moment; then as after come(). */
  async comeAtOnce(count) {
    for (let i = 0; i < count; ++i) this.#begin();
    await this.#leave();
  }

  /** From now on `done` and `answers` count. */
  forgetCounts() {
    this.done = 0;
    this.answers = 0;
  }

  take() {
    return this.waits.splice(0);
  }

  async #leave() {
    await until(() => this.#running.size === 0, {
      what: 'all visitors are served',
      maxMs: 120_000,
    });
    this.client.close();
    this.client = new Client(this.client.base);
  }

  #begin() {
    const name = this.sessions.length === 0 ? 'begin' : pick(hat);
    const act = this[name]().then(
      () => {
        ++this.done;
      },
      (error) => this.#complain(name, error.message),
    );
    this.#running.add(act);
    act.finally(() => this.#running.delete(act));
  }

  #complain(what, why) {
    if (this.unexpected.length < 1000) this.unexpected.push(`${what}: ${why}`);
  }

  /** A short request; its answer must have one of the statuses. */
  async #ask(statuses, method, path, options) {
    const began = performance.now();
    const answer = await this.client.call(method, path, options);
    this.waits.push(performance.now() - began);
    if (!statuses.includes(answer.status)) this.#complain(`${method} ${path}`, answer.status);
    return answer.body;
  }

  async begin() {
    const { sessionId } = await this.#ask([201], 'POST', '/api/sessions/create');
    this.sessions.push(sessionId);
    if (this.sessions.length > sessionsMax) this.sessions.shift();
  }

  async talk() {
    const entry = await this.client.send(
      pick(this.sessions),
      newEntry('Tell me about the weather in June'),
    );
    if (entry.answer) ++this.answers;
    else if (entry.isCut || entry.status !== 429) this.#complain('talk', JSON.stringify(entry));
  }

  async talkPlainly() {
    const json = { sessionId: pick(this.sessions), message: 'Say it all at once' };
    const { status } = await this.client.post('/api/chat/message', json);
    // 500: somebody stopped it.
    if (![200, 429, 500].includes(status)) this.#complain('talkPlainly', status);
  }

  async cutAndResume() {
    const session = pick(this.sessions);
    const json = { sessionId: session, message: 'A long answer, please' };
    const seen = await this.#readSome(json, 4);
    if (!seen) return;
    const headers = { 'Last-Event-ID': seen };
    const { status, isCut } = await this.client.stream(
      'GET',
      `/api/chat/stream/${session}`,
      { headers },
      () => {},
    );
    if (isCut || ![200, 204].includes(status)) this.#complain('cutAndResume', status);
  }

  async hangUp() {
    await this.#readSome({ sessionId: pick(this.sessions), message: 'Never mind' }, 0);
  }

  /** Hangs up at event `last` of an answer; the id of the last one read, or '' if others are first. */
  async #readSome(json, last) {
    let seen = '';
    const { status } = await this.client.stream('POST', '/api/chat/message', { json }, (event) => {
      seen = event.id;
      return Number(seen.split('.')[1]) < last;
    });
    if (!seen && status !== 429) this.#complain(json.message, status);
    return seen;
  }

  async stop() {
    await this.#ask([200], 'POST', `/api/chat/stop/${pick(this.sessions)}`);
  }

  async upload() {
    const rows = Array.from({ length: 200 }, (_, i) => `${i},city ${i % 7},${(i * 37) % 1000}`);
    const text = `id,city,amount\n${rows.join('\n')}\n`;
    const { status } = await this.client.upload(
      pick(this.sessions),
      `sales-${Math.floor(Math.random() * 3)}.csv`,
      text,
    );
    if (![200, 503].includes(status)) this.#complain('upload', status);
  }

  async query() {
    const session = pick(this.sessions);
    const { files } = await this.#ask([200], 'GET', `/api/files/list/${session}`);
    if (files.length === 0) return;
    const sql = `SELECT city, sum(amount) FROM "${files[0].profile.tables[0].name}" GROUP BY city`;
    // 400: another visitor replaced the file, or the machine was too busy for the query's deadline.
    await this.#ask([200, 400, 404, 408, 429, 503], 'POST', `/api/files/sql/${session}`, {
      json: { sql },
    });
  }

  async readHistory() {
    await this.#ask([200], 'GET', `/api/chat/history/${pick(this.sessions)}`);
  }

  async listFiles() {
    await this.#ask([200], 'GET', `/api/files/list/${pick(this.sessions)}`);
  }

  async clearHistory() {
    await this.#ask([200], 'DELETE', `/api/chat/history/${pick(this.sessions)}`);
  }

  async customer() {
    const json = {
      name: 'Ada',
      email: `${randomUUID()}@example.com`,
      phone: '5550100',
      data: { plan: 'gold' },
    };
    const added = await this.#ask([200, 201], 'POST', '/api/customer/add/', { json });
    const path = `/api/admin/tenants/localhost/customers/${added.customer_id}`;
    await this.#ask([200], 'GET', path, { headers: this.operator });
    if (Math.random() < 0.5)
      await this.#ask([200, 204], 'DELETE', path, { headers: this.operator });
  }

  async look() {
    await this.#ask(
      [200],
      'GET',
      pick(['/health', '/readyz', '/metrics', '/api/sessions/bot-config', '/api/tenant/info/']),
    );
  }
}
