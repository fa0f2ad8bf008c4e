// A 10 MB CSV: from the first byte sent to the answer that describes the file, how much memory that
// takes at its peak, and how long others wait meanwhile.
import { csv } from '../make_csv.mjs';
import { httpRequest, load, median, mebibytes, ms, peakResidentKb, postJson, request, residentKb,
  rounds, startParley } from './tools.mjs';

function multipart(sessionId, bytes) {
  const boundary = 'parley-bench';
  const part = (name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const field = `${part('sessionId')}\r\n\r\n${sessionId}\r\n`;
  const head = `${part('file')}; filename="sales.csv"\r\nContent-Type: text/csv\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(field + head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

export async function upload(port, bytes) {
  const { sessionId } = await postJson(port, '/api/sessions/create', {});
  return uploadInto(port, sessionId, bytes);
}

/** Milliseconds until the file is described. */
export async function uploadInto(port, sessionId, bytes) {
  const { body, type } = multipart(sessionId, bytes);
  const began = process.hrtime.bigint();
  const answer = await request(port, 'POST', '/api/files/upload', body,
    { 'Content-Type': type, 'Content-Length': body.length });
  if (answer.status >= 300) throw new Error(`upload: ${answer.status} ${answer.body}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

/** Small requests through the workers: how long they take. */
async function others(port, count) {
  const requests = [httpRequest('GET', '/api/sessions/bot-config')];
  return (await load(port, requests, { connections: 4, count })).latency;
}

export async function measure() {
  const { bytes, rows } = csv();
  const server = await startParley();
  const before = residentKb(server.pid);
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await upload(server.port, bytes));
  const growth = peakResidentKb(server.pid) - before;
  const alone = await others(server.port, 4000);
  const meanwhile = [];
  for (let round = 0; round < rounds; round += 1) {
    const [waits] = await Promise.all([others(server.port, 4000), upload(server.port, bytes)]);
    meanwhile.push(waits.p99);
  }
  await server.stop();
  const size = (bytes.length / 1e6).toFixed(1);
  return [
    { what: `upload of ${size} MB CSV, ${rows} rows`, parley: ms(median(results)) },
    { what: 'upload: growth of memory at its peak', parley: mebibytes(growth) },
    { what: 'upload: p99 of others (4 connections), against before it',
      parley: ms(median(meanwhile)), peer: ms(alone.p99) },
  ];
}
