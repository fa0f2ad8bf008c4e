// Messages answered whole by a provider that answers at once: what the server itself can do, and
// what one message costs it. Both keep what was said, durably, and send the last ten messages on.
import { perSecond, ratioAtLeast, ratioAtMost, row, us } from './figures.mjs';
import { createSessions, messagesTo } from './http.mjs';
import { costs, load } from './load.mjs';
import { answeredBy, besideNode } from './programs.mjs';

const connections = 64;
const tokens = 32;  // short enough that both remember ten messages, and not fewer

async function run(start, provider) {
  const server = await start(answeredBy(provider));
  const requests = messagesTo(await createSessions(server.port, connections));
  await provider.configure({ tokens });
  await load(server, requests, { connections, count: 6 * connections });  // histories are full now
  await provider.configure({ tokens });
  const result = await load(server, requests, { connections, seconds: 2 }, provider);
  const { calls, bodyBytes } = await provider.statistics();
  await server.stop();
  return { ...result, sentOn: bodyBytes / calls };
}

export async function measure() {
  const [ours, theirs] = await besideNode(run);
  const of = (runs, key) => runs.map((one) => one[key]);
  const bytes = (runs) => Math.round(runs.at(-1).sentOn);
  return [
    row('chat, zero-delay provider, 64 clients', {
      ours: of(ours, 'per_second'), theirs: of(theirs, 'per_second'), show: perSecond,
      reach: [ratioAtLeast(4)], note: costs(ours, theirs),
    }),
    row('  CPU per message', {
      ours: of(ours, 'cpuUs'), theirs: of(theirs, 'cpuUs'), show: us, reach: [ratioAtMost(1 / 4)],
      note: `sent on per message: ${bytes(ours)} to ${bytes(theirs)} bytes`,
    }),
  ];
}
