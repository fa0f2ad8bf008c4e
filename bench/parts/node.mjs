// The same work done by the Node peer: start, memory, durable sessions, streams, an upload.
import { csv } from '../make_csv.mjs';
import { conversations, wave } from './stream.mjs';
import { httpRequest, load, mebibytes, median, ms, perSecond, request, residentKb, rounds,
  startNode, startParley, startProvider, times } from './tools.mjs';
import { upload } from './upload.mjs';

const streams = 500;
const sessions = { connections: 64, count: 5000 };

async function run(start, providerPort, bytes) {
  const server = await start({
    ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: `http://127.0.0.1:${providerPort}`,
  });
  const idleKb = residentKb(server.pid);
  const create = [httpRequest('POST', '/api/sessions/create', {})];
  const created = await load(server.port, create, sessions);
  const waved = await wave(server.port, await conversations(server.port, streams), streams);
  const uploadMs = await upload(server.port, bytes);
  const endKb = residentKb(server.pid);
  await server.stop();
  return { start: server.startedInMs, idleKb, created: created.per_second, uploadMs, endKb, ...waved };
}

export async function measure() {
  const provider = await startProvider();
  await request(provider.port, 'POST', '/_config?ttft_ms=50&gap_ms=20&tokens=32');
  const { bytes } = csv();
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await run(startNode, provider.port, bytes));
    ours.push(await run(startParley, provider.port, bytes));
  }
  const row = (what, key, show) => {
    const [parley, peer] = [ours, theirs].map((runs) => median(runs.map((result) => result[key])));
    return { what, parley: show(parley), peer: show(peer), ratio: times(parley / peer) };
  };
  return [
    row('start, against Node', 'start', ms),
    row('memory after start', 'idleKb', mebibytes),
    row('durable sessions, 64 connections', 'created', perSecond),
    row(`${streams} streams: first token, median`, 'p50', ms),
    row(`${streams} streams: first token, p99`, 'p99', ms),
    row('upload of 10 MB CSV', 'uploadMs', ms),
    row('memory after all that', 'endKb', mebibytes),
  ];
}
