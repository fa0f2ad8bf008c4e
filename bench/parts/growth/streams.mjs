// Streams at once: what the server adds to the first token, and the memory that one takes. They
// begin spread over the time that one takes, 100 ms and 50 tokens a second.
import { kibibytes, ms } from '../figures.mjs';
import { createSessions, directStream, streamsTo } from '../http.mjs';
import { load } from '../load.mjs';
import { peakResidentKb, settledKb } from '../processes.mjs';
import { answeredBy, startParley, startProvider } from '../programs.mjs';
import { counted, flat, growth } from './table.mjs';

const sizes = [1, 10, 100, 500, 1_000, 2_000];
const reading = { firstMs: 100, gapMs: 20, tokens: 64 };
const takesMs = reading.firstMs + reading.gapMs * (reading.tokens - 1);

async function measureSize(streams, provider) {
  const shape = {
    connections: streams, count: Math.max(2 * streams, 10), spread_ms: takesMs,
    tokens: reading.tokens,
  };
  const direct = await load(provider, [directStream], shape);
  const server = await startParley({ ...answeredBy(provider), ANSWERS_MAX: '4000' });
  const requests = streamsTo(await createSessions(server.port, streams));
  const before = await settledKb(server.pid);
  const result = await load(server, requests, shape, provider);
  const perStream = (peakResidentKb(server.pid) - before) / streams;
  await server.stop();
  const added = (share) => result.first_token[share] - direct.first_token[share];
  return { p50: added('p50'), p99: added('p99'), perStream, busy: result.busy };
}

export async function measure() {
  const provider = await startProvider();
  await provider.configure(reading);
  const results = [];
  for (const size of sizes) results.push([size, await measureSize(size, provider)]);
  await provider.stop();
  const of = (key) => results.map(([size, figures]) => [size, [figures[key]]]);
  const named = counted('streams');
  const note = results.at(-1)[1].busy;
  return [
    ...growth('first token, median added', of('p50'), { named, show: ms, must: flat, note }),
    ...growth('first token, p99 added', of('p99'), { named, show: ms, must: flat }),
    ...growth('memory per stream', of('perStream').slice(2),
      { named, show: kibibytes, must: flat }),
  ];
}
