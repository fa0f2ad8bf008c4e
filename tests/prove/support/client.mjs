// A client of the API over kept-alive connections, and what it reads and notes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

export const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until `condition()` holds; how long that took, in ms. */
export async function until(condition, { what, maxMs = 30_000, everyMs = 10 }) {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > maxMs) throw new Error(`waited in vain until ${what}`);
    await pause(everyMs);
  }
  return performance.now() - began;
}

/** Server-sent events out of pieces of text: calls `onEvent({id, name, data, raw})` for each. */
export function eventReader(onEvent) {
  let buffered = '';
  return (text) => {
    buffered += text;
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const raw = buffered.slice(0, end + 2);
      buffered = buffered.slice(end + 2);
      const event = { raw };
      for (const line of raw.split('\n')) {
        if (line.startsWith('id: ')) event.id = line.slice(4);
        if (line.startsWith('event: ')) event.name = line.slice(7);
        if (line.startsWith('data: ')) event.data = JSON.parse(line.slice(6));
      }
      if (event.name) onEvent(event);
    }
  };
}

export class Client {
  constructor(base, { sockets = Infinity } = {}) {
    const { hostname, port } = new URL(base);
    this.base = base;
    this.address = { host: hostname, port };
    this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  close() {
    this.agent.destroy();
  }

  /** `json` or `body` is sent. The response when its head is there; rejects when there is none. */
  open(
    method,
    path,
    { json, body = json === undefined ? undefined : JSON.stringify(json), headers = {} } = {},
  ) {
    return new Promise((resolve, reject) => {
      const fields =
        json === undefined ? headers : { 'Content-Type': 'application/json', ...headers };
      const request = httpRequest({
        ...this.address,
        method,
        path,
        headers: fields,
        agent: this.agent,
      });
      request.on('response', resolve).on('error', reject).end(body);
    });
  }

  /** The whole answer: {status, headers, body}; a JSON body is parsed. */
  async call(method, path, options) {
    const response = await this.open(method, path, options);
    let text = '';
    response.setEncoding('utf8');
    for await (const piece of response) text += piece;
    const isJson = response.headers['content-type']?.startsWith('application/json');
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  }

  get = (path, headers) => this.call('GET', path, { headers });
  post = (path, json, headers) => this.call('POST', path, { json, headers });

  /**
   * Reads a stream to its end, or until `onEvent` returns false: then the client hangs up.
   * {status, isCut}, and the `body` of an answer that is no stream.
   */
  async stream(method, path, options, onEvent) {
    const response = await this.open(method, path, {
      ...options,
      headers: { Accept: 'text/event-stream', ...options.headers },
    });
    const answer = { status: response.statusCode, headers: response.headers, isCut: false };
    response.setEncoding('utf8');
    let body = '';
    let hasLeft = false;
    const read = eventReader((event) => {
      if (hasLeft || onEvent(event) !== false) return;
      hasLeft = true;
      response.destroy();
    });
    const isStream = response.headers['content-type'] === 'text/event-stream';
    try {
      for await (const piece of response) isStream ? read(piece) : (body += piece);
    } catch (error) {
      if (!hasLeft) answer.isCut = true;
    }
    if (!isStream && body) answer.body = JSON.parse(body);
    return answer;
  }

  async createSession() {
    const { status, body } = await this.post('/api/sessions/create');
    assert.equal(status, 201);
    return body.sessionId;
  }

  upload(sessionId, name, text) {
    const boundary = randomUUID();
    const part = (head, content) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
    const session = part('name="sessionId"', sessionId);
    const file = part(`name="file"; filename="${name}"`, text);
    const body = `${session}${file}--${boundary}--\r\n`;
    return this.call('POST', '/api/files/upload', {
      body,
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    });
  }

  /** Result of `sql` over the files of a session; waits while others' queries run. */
  async query(sessionId, sql) {
    let answer;
    await until(
      async () => {
        answer = await this.post(`/api/files/sql/${sessionId}`, { sql });
        return answer.status !== 429 && answer.status !== 503;
      },
      { what: 'a query has its turn', maxMs: 120_000, everyMs: 50 },
    );
    return answer;
  }

  /**
   * Sends `entry` {key, text} as a stream and notes in it what the server acknowledged: `status`,
   * `visitor` and `answer` (ids), `said`, `error` (code). A cut connection is noted as `isCut`, one
   * that did not come to be also by its error as `cutBy`.
   */
  async send(sessionId, entry) {
    Object.assign(entry, { isCut: false, cutBy: undefined, said: '', error: undefined });
    const options = {
      json: { sessionId, message: entry.text },
      headers: { 'Idempotency-Key': entry.key },
    };
    try {
      const { status, headers, isCut } = await this.stream(
        'POST',
        '/api/chat/message',
        options,
        ({ name, data }) => {
          if (name === 'started') entry.visitor = data.userMessage.messageId;
          if (name === 'delta') entry.said += data.text;
          if (name === 'done') entry.answer = data.messageId;
          if (name === 'error') entry.error = data.code;
        },
      );
      Object.assign(entry, { status, isCut, retryAfter: headers['retry-after'] });
    } catch (error) {
      Object.assign(entry, { isCut: true, cutBy: error.code });
    }
    return entry;
  }

  async history(sessionId) {
    const { status, body } = await this.get(`/api/chat/history/${sessionId}`);
    assert.equal(status, 200, 'the conversation is lost');
    return body.messages;
  }
}

export const newEntry = (text) => ({ key: randomUUID(), text });
