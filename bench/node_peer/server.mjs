// The API of the server under test as a careful Node developer would write it: Fastify, Node's own
// SQLite, undici. Loopback only. Environment: PORT, DATA_DIR, ANTHROPIC_BASE_URL.
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import { parse } from 'csv-parse';
import Fastify from 'fastify';
import { context, pieces, whole } from './provider.mjs';
import { Store } from './store.mjs';

const uploads = path.join(process.env.DATA_DIR, 'uploads');
mkdirSync(uploads, { recursive: true });
const store = new Store(process.env.DATA_DIR);
const app = Fastify({ logger: false, bodyLimit: 1 << 20 });
await app.register(multipart, { limits: { fileSize: 10 * 1024 * 1024, files: 1 } });

const notFound = (reply) => reply.code(404).send({ error: 'Session not found' });
const text = { type: 'string' };
const object = (properties, required = []) => ({ type: 'object', properties, required });

const healthSchema = { response: { 200: object({ status: text, timestamp: text }) } };
app.get('/health', { schema: healthSchema },
  async () => ({ status: 'ok', timestamp: new Date().toISOString() }));

app.post('/api/sessions/create', async (request, reply) => {
  const sessionId = randomUUID();
  const config = request.body?.config ?? {};
  const createdAt = store.createSession(sessionId, config);
  reply.code(201);
  return { sessionId, config, createdAt };
});

app.get('/api/sessions/:id', async (request, reply) => {
  const session = store.findSession(request.params.id);
  if (!session) return notFound(reply);
  return {
    sessionId: session.id, config: JSON.parse(session.config),
    messageCount: store.messageCount(session.id), hasFile: Boolean(store.findFile(session.id)),
    createdAt: session.created_at, lastActivity: session.last_activity,
  };
});

app.get('/api/chat/history/:id', async (request, reply) => {
  const session = store.findSession(request.params.id);
  return session ? { sessionId: session.id, messages: store.history(session.id) } : notFound(reply);
});

const messageSchema = {
  body: object({ sessionId: text, message: { ...text, minLength: 1, maxLength: 10000 } },
    ['sessionId', 'message']),
};
app.post('/api/chat/message', { schema: messageSchema }, async (request, reply) => {
  const { sessionId, message } = request.body;
  const session = store.findSession(sessionId);
  if (!session) return notFound(reply);
  const asked = context(store, session, message);
  if (request.headers.accept === 'text/event-stream') {
    return stream(reply, asked, (answer) => store.record(session.id, message, answer));
  }
  const response = await whole(asked);
  store.record(session.id, message, response);
  return { sessionId, response };
});

async function stream(reply, asked, record) {
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  out.socket?.setNoDelay(true);
  let answer = '';
  for await (const texts of pieces(asked)) {
    answer += texts.join('');
    out.write(texts.map((delta) => `data: ${JSON.stringify({ text: delta })}\n\n`).join(''));
  }
  record(answer);
  out.end('event: done\ndata: {}\n\n');
}

app.post('/api/files/upload', async (request, reply) => {
  const part = await request.file();
  const session = store.findSession(part?.fields.sessionId?.value);
  if (!session) return notFound(reply);
  const kept = path.join(uploads, randomUUID());
  await pipeline(part.file, createWriteStream(kept));
  if (part.file.truncated) return reply.code(413).send({ error: 'File too large' });
  const rows = [];
  const csv = createReadStream(kept).pipe(parse({ bom: true, relax_column_count: true }));
  for await (const row of csv) rows.push(row);
  const columns = rows.shift().map((name, i) => ({
    name,
    type: rows.every((row) => row[i] === '' || !Number.isNaN(Number(row[i]))) ? 'number' : 'text',
  }));
  store.importFile(session.id, part.filename, columns, rows);
  return { sessionId: session.id, rowCount: rows.length, columns };
});

const groupSchema = { body: object({ by: text, of: text }, ['by', 'of']) };
app.post('/api/files/group/:id', { schema: groupSchema }, async (request, reply) => {
  const { id } = request.params;
  if (!store.findFile(id)) return notFound(reply);
  return { rows: store.grouped(id, request.body.by, request.body.of) };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
