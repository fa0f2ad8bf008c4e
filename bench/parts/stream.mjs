// Time to the first token of a streamed answer: through the server, and from its provider
// directly; the memory of a running stream. The provider sends the first token after 50 ms and 31
// more, 20 ms apart.
import { httpRequest, load, mebibytes, median, ms, peakResidentKb, postJson, request, residentKb,
  rounds, startParley, startProvider } from './tools.mjs';

const direct = httpRequest('POST', '/v1/messages', {
  model: 'mock-1', max_tokens: 64, stream: true, messages: [{ role: 'user', content: 'Hello' }],
});

export async function conversations(port, count) {
  const requests = [];
  for (let i = 0; i < count; i += 1) {
    const { sessionId } = await postJson(port, '/api/sessions/create', {});
    requests.push(httpRequest('POST', '/api/chat/message', { sessionId, message: 'Hello' },
      { Accept: 'text/event-stream' }));
  }
  return requests;
}

/** `streams` answers at a time, each in its own conversation, two or more of each. */
export async function wave(port, requests, streams) {
  const result = await load(port, requests, { connections: streams, count: Math.max(streams * 2, 20) });
  return { p50: result.first_token.p50, p99: result.first_token.p99, relay: result.relay.p50 };
}

async function measureStreams(streams) {
  const provider = await startProvider();
  await request(provider.port, 'POST', '/_config?ttft_ms=50&gap_ms=20&tokens=32');
  const server = await startParley({
    ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: `http://127.0.0.1:${provider.port}`,
  });
  const requests = await conversations(server.port, streams);
  const before = residentKb(server.pid);
  const through = [];
  const without = [];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await wave(provider.port, [direct], streams));
    through.push(await wave(server.port, requests, streams));
  }
  const growth = peakResidentKb(server.pid) - before;
  await server.stop();
  await provider.stop();
  const of = (waves, key) => median(waves.map((result) => result[key]));
  const row = (what, key) => ({
    what: `${streams} streams: ${what}`,
    parley: ms(of(through, key)),
    peer: ms(of(without, key)),
    ratio: `+${ms(of(through, key) - of(without, key))}`,
  });
  return [row('first token, median', 'p50'), row('first token, p99', 'p99'),
    row('age of a token, median', 'relay'),
    { what: `${streams} streams: growth of memory at its peak`, parley: mebibytes(growth) }];
}

export async function measure() {
  const rows = [];
  for (const streams of [1, 64, 500]) rows.push(...(await measureStreams(streams)));
  return rows;
}
