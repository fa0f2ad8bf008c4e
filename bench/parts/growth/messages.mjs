// Messages of one conversation: its history (at most 1,000 are shown), and one message more.
import { us } from '../figures.mjs';
import { httpRequest, messagesTo } from '../http.mjs';
import { load } from '../load.mjs';
import { answeredBy, rounds, startParley, startProvider } from '../programs.mjs';
import { filledFolder, firstTenant, idOf, insertConversations, insertMany } from './fill.mjs';
import { counted, flat, growth, linear } from './table.mjs';

const sizes = [10, 100, 1_000, 10_000];
const conversations = 8;
const shownMax = 1_000;

function insertMessages(size) {
  const text = "'What was said, at the length that such messages often have. ' || i";
  const all = Array.from({ length: conversations }, (_, n) => idOf(n + 1));
  return all.map((id) => insertMany('messages',
    'tenant_id, conversation_id, seq, id, author, content, finish, created_at',
    `'${firstTenant}', '${id}', i, printf('%s-%012x', substr('${id}', 1, 23), i),
     iif(i % 2, 'visitor', 'assistant'), ${text}, iif(i % 2, NULL, 'stop'), ${Date.now()}`, size))
    .join('') + `UPDATE conversations SET last_seq = ${size}, message_count = ${size};`;
}

async function measureSize(size, provider) {
  const sql = insertConversations(conversations) + insertMessages(size);
  const server = await startParley(answeredBy(provider), await filledFolder(sql));
  const ids = Array.from({ length: conversations }, (_, n) => idOf(n + 1));
  const histories = ids.map((id) => httpRequest('GET', `/api/chat/history/${id}`));
  const [history, send] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    history.push((await load(server, histories, { connections: 4, seconds: 1 })).cpuUs);
  }
  for (let round = 0; round < rounds; round += 1) {
    send.push((await load(server, messagesTo(ids), { connections: 8, seconds: 1 })).cpuUs);
  }
  await server.stop();
  return { history, send };
}

export async function measure() {
  const provider = await startProvider();
  const results = [];
  for (const size of sizes) results.push([size, await measureSize(size, provider)]);
  await provider.stop();
  const of = (key) => results.map(([size, figures]) => [size, figures[key]]);
  const named = counted('messages before');
  const shown = of('history').filter(([size]) => size <= shownMax);
  const beyond = of('history').filter(([size]) => size >= shownMax);
  return [
    ...growth('history, CPU', shown, { named, show: us, must: linear, note: 'all are shown' }),
    ...growth('history, CPU', beyond, { named, show: us, must: flat, note: '1,000 are shown' }),
    ...growth('send, CPU', of('send'), { named, show: us, must: flat }),
  ];
}
