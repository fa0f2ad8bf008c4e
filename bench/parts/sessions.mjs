// Sessions with 64 clients: made (each is on the disk before it is answered) and read; a history
// of 20 messages, read.
import { perSecond, ratioAtLeast, row } from './figures.mjs';
import { createSessions, httpRequest, messagesTo } from './http.mjs';
import { costs, load } from './load.mjs';
import { answeredBy, besideNode } from './programs.mjs';

const connections = 64;
const messages = 20;

async function timed(server, requests) {
  await load(server, requests, { connections, seconds: 0.2 });
  return load(server, requests, { connections, seconds: 1 });
}

async function run(start, provider) {
  const server = await start(answeredBy(provider));
  const created = await timed(server, [httpRequest('POST', '/api/sessions/create', {})]);
  const sessions = await createSessions(server.port, 64);
  const read = await timed(server, sessions.map((id) => httpRequest('GET', `/api/sessions/${id}`)));
  const talks = { connections, count: sessions.length * messages / 2 };
  await load(server, messagesTo(sessions), talks);
  const histories = sessions.map((id) => httpRequest('GET', `/api/chat/history/${id}`));
  const history = await timed(server, histories);
  await server.stop();
  return { created, read, history };
}

export async function measure() {
  const [ours, theirs] = await besideNode(run);
  const line = (what, key, bound) => {
    const of = (runs) => runs.map((one) => one[key]);
    const rates = (runs) => of(runs).map((one) => one.per_second);
    return row(what, {
      ours: rates(ours), theirs: rates(theirs), show: perSecond, reach: [ratioAtLeast(bound)],
      note: costs(of(ours), of(theirs)),
    });
  };
  return [
    line('durable session create, 64 clients', 'created', 4),
    line('session get', 'read', 1.5),
    line(`history of ${messages} messages`, 'history', 2),
  ];
}
