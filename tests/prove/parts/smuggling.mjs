// The conformance suite over raw sockets: each case whole, and cut where it hurts.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sentinel } from '../http/case.mjs';
import { cases } from '../http/cases.mjs';
import { exchange, readAnswers } from '../http/wire.mjs';
import { atLeast, none } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise = 'H1: what is ambiguous in HTTP/1.1 is refused, and no hidden request is answered';

const atOnce = 16;

/** What is wrong with the answers to `one`; nothing if nothing is. */
function faultOf(one, answers) {
  if (answers.some(({ id }) => id === 'smuggled')) return 'SMUGGLED: a hidden request was answered';
  const statuses = answers.map(({ status }) => status).join(' ');
  const isSentinelAnswered = answers.at(-1)?.id === 'sentinel';
  const wanted = one.isRefused ? one.statuses.map(String) : [[...one.statuses, 200].join(' ')];
  if (!wanted.includes(statuses)) return `answered ${statuses}, not ${wanted.join(' or ')}`;
  if (one.isRefused && isSentinelAnswered) return 'SMUGGLED: what follows a refusal was answered';
  if (!one.isRefused && !isSentinelAnswered) return 'the next request was not answered';
  if (!answers.at(-1).isLast) return 'the last answer does not say so';
  if (answers.slice(0, -1).some(({ isLast }) => isLast)) return 'an answer says too early that it is the last';
  return '';
}

/** Cut into `size`d pieces. */
const cut = (text, size) => text.match(new RegExp(`[^]{1,${size}}`, 'g'));

async function run(port, one, pieces) {
  const { text, problem } = await exchange({ port, pieces });
  if (problem) return problem;
  try {
    return faultOf(one, readAnswers(text, (index) => index === 0 && one.bytes.startsWith('HEAD ')));
  } catch (error) {
    return error.message;
  }
}

/** Ways a case may arrive. */
function forms(one, long) {
  const bytes = one.bytes + sentinel;
  const whole = [['whole', [bytes]], ['then the sentinel', [one.bytes, sentinel]]];
  if (bytes.length > 10_000) return whole;
  const halves = [['in halves', cut(bytes, Math.ceil(bytes.length / 2))], ['by sevens', cut(bytes, 7)]];
  return long ? [...whole, ...halves, ['byte by byte', cut(bytes, 1)]] : [...whole, ...halves];
}

export async function prove({ long, say }) {
  const directory = await mkdtemp(join(tmpdir(), 'smuggling-'));
  const server = await startServer(directory, 'http://127.0.0.1:9', { RATE_SESSIONS_PER_TENANT: '0' });
  const port = Number(new URL(server.base).port);
  const faults = [];
  const todo = cases.flatMap((one) => forms(one, long).map(([form, pieces]) => ({ one, form, pieces })));
  const exchanges = todo.length;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = todo.pop(); next; next = todo.pop()) {
      const { one, form, pieces } = next;
      const fault = await run(port, one, pieces);
      if (!fault) continue;
      faults.push(fault);
      say(`${one.group}, ${one.name} (RFC ${one.rfc}), ${form}: ${fault}`);
    }
  }));
  await server.stop();
  return [
    atLeast('cases', cases.length, 150),
    atLeast('exchanges', exchanges, 2 * cases.length),
    none('of them not as the RFCs demand', faults.length),
    none('smuggled requests', faults.filter((fault) => fault.startsWith('SMUGGLED')).length),
  ];
}
