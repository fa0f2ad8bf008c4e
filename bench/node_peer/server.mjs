// The API of the server under test as a careful Node developer would write it: Fastify, Node's own
// SQLite, undici. Loopback only. Environment: PORT, DATA_DIR, ANTHROPIC_BASE_URL.
import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import { parse } from 'csv-parse';
import Fastify from 'fastify';
import { context, pieces, whole } from './provider.mjs';
import { Store } from './store.mjs';

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
  const rows = [];
  for await (const row of part.file.pipe(parse({ bom: true, relax_column_count: true }))) {
    rows.push(row);
  }
  const columns = rows.shift().map((name, i) => ({
    name,
    type: rows.every((row) => row[i] === '' || !Number.isNaN(Number(row[i]))) ? 'number' : 'text',
  }));
  store.importFile(session.id, part.filename, columns, rows);
  return { sessionId: session.id, rowCount: rows.length, columns };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
