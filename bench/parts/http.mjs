// HTTP as the benchmarks speak it: single requests of their own, and texts for the load generator.
import { request as httpCall } from 'node:http';

export function request(port, method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path: target, headers, agent: false };
    httpCall(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('error', reject);
      answer.on('data', (chunk) => { text += chunk; });
      answer.on('end', () => resolve({ status: answer.statusCode, body: text }));
    }).on('error', reject).end(body);
  });
}

/** `value` is sent as JSON, unless it is undefined; the answer must be a 2xx. */
export async function callJson(port, method, target, value, headers = {}) {
  const answer = await request(port, method, target, value && JSON.stringify(value),
    { 'Content-Type': 'application/json', ...headers });
  if (answer.status >= 300) throw new Error(`${target}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

export const postJson = (port, target, value, headers) => (
  callJson(port, 'POST', target, value, headers));

/** Runs `one(i)` for 0 ≤ i < count, some at a time, and returns the results in that order. */
export async function several(count, one, atOnce = 32) {
  const results = [];
  while (results.length < count) {
    const batch = Math.min(atOnce, count - results.length);
    const begin = results.length;
    results.push(...(await Promise.all(Array.from({ length: batch }, (_, i) => one(begin + i)))));
  }
  return results;
}

/** New sessions of the tenant that answers to `Host`: their ids. */
export const createSessions = (port, count, headers = {}) => several(count,
  async () => (await postJson(port, '/api/sessions/create', {}, headers)).sessionId);

/** A request as it goes over the wire. */
export function httpRequest(method, target, value, headers = {}) {
  const body = value === undefined ? '' : JSON.stringify(value);
  const fields = { Host: 'localhost', ...headers };
  if (value !== undefined) {
    fields['Content-Type'] = 'application/json';
    fields['Content-Length'] = Buffer.byteLength(body);
  }
  const lines = Object.entries(fields).map(([name, text]) => `${name}: ${text}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n${body}`;
}

const message = { message: 'What do you have for a rainy day?' };

/** For each of these sessions a message that is answered whole, or as events. */
export const messagesTo = (sessions, headers = {}) => sessions.map((sessionId) => (
  httpRequest('POST', '/api/chat/message', { sessionId, ...message }, headers)));
export const streamsTo = (sessions, headers = {}) => (
  messagesTo(sessions, { Accept: 'text/event-stream', ...headers }));

/** The same message, streamed by the provider itself. */
export const directStream = httpRequest('POST', '/v1/messages', {
  model: 'mock-1', max_tokens: 64, stream: true,
  messages: [{ role: 'user', content: message.message }],
});

function multipart(sessionId, bytes) {
  const boundary = 'parley-bench';
  const part = (name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const field = `${part('sessionId')}\r\n\r\n${sessionId}\r\n`;
  const head = `${part('file')}; filename="sales.csv"\r\nContent-Type: text/csv\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(field + head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Milliseconds until the file is described. */
export async function upload(port, sessionId, bytes) {
  const { body, type } = multipart(sessionId, bytes);
  const began = process.hrtime.bigint();
  const answer = await request(port, 'POST', '/api/files/upload', body,
    { 'Content-Type': type, 'Content-Length': body.length });
  if (answer.status >= 300) throw new Error(`upload: ${answer.status} ${answer.body}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}
