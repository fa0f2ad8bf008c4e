// Answers that stream: 500 at once as people read them, as fast as they go, and a single one. Time
// to the first token is what is added to that of asking the provider directly in the same round.
import { atMost, median, ms, perSecond, ratioAtLeast, ratioAtMost, row, us } from './figures.mjs';
import { createSessions, directStream, streamsTo } from './http.mjs';
import { costs, load } from './load.mjs';
import { answeredBy, rounds, startNode, startParley, startProvider } from './programs.mjs';

const streams = 500;
const tokens = 64;
const reading = { firstMs: 100, gapMs: 20, tokens };
const takesMs = reading.firstMs + reading.gapMs * (tokens - 1);
// Together: all begin at one instant, twice. Spread: at any instant as many begin as end.
const together = { connections: streams, count: 2 * streams, tokens };
const spread = { connections: streams, count: 3 * streams, spread_ms: takesMs, tokens };
const flat = { connections: 16, seconds: 1.5, tokens: 500 };
const single = { connections: 1, count: 120, tokens: 8 };

/** The four loads on one target; `requests` are as many as there are streams, or one for all. */
async function loads(target, requests, provider) {
  const under = async (timing, shape) => {
    await provider.configure(timing);
    return load(target, requests, shape, target === provider ? undefined : provider);
  };
  return {
    single: await under({ firstMs: 5, gapMs: 1, tokens: single.tokens }, single),
    flat: await under({ tokens: flat.tokens }, flat),
    spread: await under(reading, spread),
    together: await under(reading, together),
  };
}

async function run(start, provider) {
  const server = await start({ ...answeredBy(provider), ANSWERS_MAX: String(2 * streams) });
  const requests = streamsTo(await createSessions(server.port, streams));
  const result = await loads(server, requests, provider);
  await server.stop();
  return result;
}

/** What a server adds to the first token of the provider, by round. */
const added = (runs, direct, key, share) => runs.map((one, round) => (
  one[key].first_token[share] - direct[round][key].first_token[share]));

const singles = (runs) => runs.map((one) => one.single);

export async function measure() {
  const provider = await startProvider();
  const [ours, theirs, direct] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    direct.push(await loads(provider, [directStream], provider));
    theirs.push(await run(startNode, provider));
    ours.push(await run(startParley, provider));
  }
  await provider.stop();
  const first = (what, key, share, reach, note) => row(what, {
    ours: added(ours, direct, key, share), theirs: added(theirs, direct, key, share), show: ms,
    reach, note,
  });
  const of = (runs, key, value) => runs.map((one) => one[key][value]);
  const tenth = ratioAtMost(1 / 10);
  const name = `${streams} streams`;
  const tokenRates = (runs) => runs.map(({ flat: one }) => one.tokens / one.seconds);
  const floor = median(tokenRates(direct));
  return [
    first(`${name}, spread: first token, median added`, 'spread', 'p50', [tenth, atMost(15, ms)],
      ours.at(-1).spread.busy),
    first(`${name}, spread: first token, p99 added`, 'spread', 'p99', [tenth, atMost(50, ms)]),
    row(`${name}, spread: CPU per answer`, {
      ours: of(ours, 'spread', 'cpuUs'), theirs: of(theirs, 'spread', 'cpuUs'), show: us,
      reach: [ratioAtMost(1 / 3)],
    }),
    first(`${name} at one instant: first token, median added`, 'together', 'p50',
      [tenth, atMost(15, ms)], ours.at(-1).together.busy),
    first(`${name} at one instant: first token, p99 added`, 'together', 'p99',
      [tenth, atMost(50, ms)]),
    row(`${name}: tokens lost`, {
      ours: ours.reduce((sum, one) => sum + one.spread.short + one.together.short, 0),
      show: String, reach: [atMost(0, String)], note: 'an answer that is short ends the run',
    }),
    row('relayed tokens, flat out', {
      ours: tokenRates(ours), theirs: tokenRates(theirs), show: perSecond,
      reach: [ratioAtLeast(5)],
      note: `provider directly ${perSecond(floor)}; ${ours.at(-1).flat.busy}`,
    }),
    first('1 stream: first token, median added', 'single', 'p50', [atMost(0.5, ms)],
      costs(singles(ours), singles(theirs))),
  ];
}
