// The routes of the fake server.

import { randomUUID } from 'node:crypto';
import { readBody, sendJson } from './server.mjs';
import { fileRoutes } from './files.mjs';

const uuid = '([0-9a-f-]{36})';

function bot(context) {
  return {
    botName: 'Ada',
    poweredBy: 'Parley',
    botColor: '#667eea',
    botIcon: null,
    botMsgBgColor: '#667eea',
    providers: [{ name: 'demo', label: 'Demo', model: 'demo-1', demo: true }],
    defaultProvider: 'demo',
    uploadMaxBytes: 10_485_760,
    messageMaxCharacters: 1000,
    starterQuestions: [],
    greeting: '',
    ...context.options.bot,
  };
}

/** The session of a request, or null after the refusal was sent. */
export function sessionOf(context, request, response, id, text = 'Session not found') {
  const session = context.sessions.all.get(id);
  const sent = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (session && context.options.production && !sent) {
    sendJson(response, 401, { error: 'Visitor token required' });
    return null;
  }
  if (session && (!context.options.production || sent === session.token)) return session;
  sendJson(response, 404, { error: text });
  return null;
}

async function create(context, request, response) {
  const body = JSON.parse((await readBody(request)).toString() || '{}');
  const session = context.sessions.create({ ...body.config });
  sendJson(response, 201, {
    sessionId: session.id,
    config: session.config,
    status: 'created',
    timestamp: new Date().toISOString(),
    visitorToken: session.token,
  });
}

async function get(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const { messages, config } = session;
  sendJson(response, 200, { sessionId: id, messages, config, createdAt: '', lastActivity: '' });
}

async function configure(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const body = JSON.parse((await readBody(request)).toString());
  Object.assign(session.config, body.config);
  sendJson(response, 200, { sessionId: id, config: session.config, status: 'updated' });
}

/** Writes a turn's events from behind `lastId`, in awkward pieces if the test asks for it. */
function follow(context, request, response, turn) {
  const lastId = request.headers['last-event-id'];
  const from = lastId ? Number(lastId.split('.')[1]) : 0;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const write = (text) => {
    if (context.options.oneByteWrites)
      for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
    else response.write(text);
    if (/^event: (done|error)$/m.test(text)) end();
  };
  const end = () => {
    turn.listeners.delete(write);
    response.end();
  };
  response.on('close', () => turn.listeners.delete(write));
  turn.listeners.add(write);
  for (const text of turn.events.slice(from)) write(text);
}

async function message(context, request, response) {
  const body = JSON.parse((await readBody(request)).toString());
  const failure = context.options.failNext;
  if (failure) {
    context.options.failNext = null;
    sendJson(response, failure.status, failure.body, failure.headers);
    return;
  }
  const missing = 'Session not found. Please create a new session.';
  const session = sessionOf(context, request, response, body.sessionId, missing);
  if (!session) return;
  const key = request.headers['idempotency-key'] ?? randomUUID();
  follow(context, request, response, session.turn(key, body.message, body.retryOf));
}

async function stream(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  if (session.running) follow(context, request, response, session.running);
  else response.writeHead(204).end();
}

async function stop(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const status = session.running ? 'stopped' : 'idle';
  session.running?.stopper.abort();
  sendJson(response, 200, { sessionId: id, status });
}

async function clear(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  session.messages = [];
  sendJson(response, 200, {
    sessionId: id,
    status: 'cleared',
    timestamp: new Date().toISOString(),
  });
}

export const apiRoutes = [
  [
    'GET',
    /^\/health$/,
    (_context, _request, response) => sendJson(response, 200, { status: 'OK' }),
  ],
  [
    'GET',
    /^\/api\/sessions\/bot-config$/,
    (context, _request, response) => sendJson(response, 200, bot(context)),
  ],
  ['POST', /^\/api\/sessions\/create$/, create],
  ['GET', new RegExp(`^/api/sessions/${uuid}$`), get],
  ['PUT', new RegExp(`^/api/sessions/${uuid}/config$`), configure],
  ['POST', /^\/api\/chat\/message$/, message],
  ['GET', new RegExp(`^/api/chat/stream/${uuid}$`), stream],
  ['POST', new RegExp(`^/api/chat/stop/${uuid}$`), stop],
  ['DELETE', new RegExp(`^/api/chat/history/${uuid}$`), clear],
  ...fileRoutes,
];
