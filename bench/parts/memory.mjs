// Resident memory: after the start; after everything that the other parts do; what 10,000 idle
// connections add, and what 10,000 readers of answers add whose provider has not spoken yet.
import { connect } from 'node:net';
import { csv } from '../make_csv.mjs';
import { atMost, mebibytes, row } from './figures.mjs';
import { createSessions, httpRequest, messagesTo, several, streamsTo, upload } from './http.mjs';
import { load } from './load.mjs';
import { childrenOf, descriptorsMax, pause, residentKb, settledKb } from './processes.mjs';
import { answeredBy, startNode, startParley, startProvider } from './programs.mjs';
import { askRegions } from './regions.mjs';

const MiB = 1024;  // in kB
// Node raises its descriptors to what it may have, and the server inherits that.
const crowd = Math.min(10_000, descriptorsMax() - 1_000);
const share = crowd / 10_000;
const conversations = 100;  // of the crowd of readers; each is one running answer
const restMs = 12_000;
const silence = 600_000;    // ms; longer than this part takes
const patient = { QUERY_TIMEOUT_MS: '60000' };  // on a busy machine, too

async function everything(server, provider) {
  const create = httpRequest('POST', '/api/sessions/create', {});
  await load(server, [create], { connections: 64, seconds: 1 });
  const sessions = await createSessions(server.port, 500);
  await provider.configure();
  await load(server, messagesTo(sessions), { connections: 64, seconds: 1 });
  await provider.configure({ firstMs: 100, gapMs: 20 });
  await load(server, streamsTo(sessions), { connections: 500, count: 1000, tokens: 64 });
  await upload(server.port, sessions[0], csv().bytes);
  await askRegions(server, sessions[0]);
  await load(server, [httpRequest('GET', '/health')], { connections: 1000, seconds: 1 });
}

async function beforeAndAfter(start, provider) {
  const server = await start({ ...answeredBy(provider), ANSWERS_MAX: '1000', ...patient });
  const idleKb = await settledKb(server.pid);
  await everything(server, provider);
  await pause(restMs);  // both give back then what they do give back
  const afterKb = await settledKb(server.pid);
  const helpers = childrenOf(server.pid).map((pid) => residentKb(pid));
  await server.stop();
  return { idleKb, afterKb, helpers };
}

/** A connection that has sent `request` and got the beginning of its answer, a 200. */
function openConnection(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject).once('data', (bytes) => {
      const line = bytes.toString('latin1').split('\r\n')[0];
      if (line.startsWith('HTTP/1.1 200 ')) resolve(socket);
      else reject(new Error(`refused: ${line}`));
    });
  });
}

/** What `crowd` connections with requestOf(i) each add, in kB. */
async function addedBy(server, requestOf) {
  const before = await settledKb(server.pid);
  const sockets = await several(crowd, (i) => openConnection(server.port, requestOf(i)), 100);
  const growth = (await settledKb(server.pid)) - before;
  const gone = sockets.filter((socket) => socket.destroyed || socket.readableEnded).length;
  if (gone > 0) throw new Error(`${gone} of ${crowd} connections were closed`);
  sockets.forEach((socket) => socket.destroy());
  return growth;
}

async function idleKeepAlive() {
  const server = await startParley({ CONNECTIONS_MAX: String(2 * crowd) });
  const growth = await addedBy(server, () => httpRequest('GET', '/health'));
  await server.stop();
  return growth;
}

async function idleStreams(provider) {
  await provider.configure({ firstMs: silence });
  const server = await startParley({
    ...answeredBy(provider), PROVIDER_FIRST_BYTE_MS: String(silence),
    CONNECTIONS_MAX: String(2 * crowd),
  });
  const sessions = await createSessions(server.port, conversations);
  const writers = await several(conversations,
    (i) => openConnection(server.port, streamsTo([sessions[i]])[0]));
  const growth = await addedBy(server, (i) => httpRequest('GET',
    `/api/chat/stream/${sessions[i % conversations]}`, undefined, { Accept: 'text/event-stream' }));
  writers.forEach((socket) => socket.destroy());
  await server.stop();
  return growth;
}

export async function measure() {
  const provider = await startProvider();
  const theirs = await beforeAndAfter(startNode, provider);
  const ours = await beforeAndAfter(startParley, provider);
  const keptAliveKb = await idleKeepAlive();
  const streamsKb = await idleStreams(provider);
  await provider.stop();
  const line = (what, own, peer, bound, note) => row(what, {
    ours: own, theirs: peer, show: mebibytes, reach: [atMost(bound * MiB, mebibytes)], note,
  });
  const many = crowd.toLocaleString('en');
  const helpers = `and its SQL processes: ${ours.helpers.map(mebibytes).join(', ')}`;
  return [
    line('memory (RSS), idle', ours.idleKb, theirs.idleKb, 15),
    line('memory after everything', ours.afterKb, theirs.afterKb, 64, helpers),
    line(`memory that ${many} idle connections add`, keptAliveKb, undefined, 10 * share),
    line(`memory that ${many} idle event streams add`, streamsKb, undefined, 80 * share,
      `readers of ${conversations} running answers`),
  ];
}
