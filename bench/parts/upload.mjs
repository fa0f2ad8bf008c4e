// A 10 MB CSV: from the first byte sent to the answer that describes the file.
import { csv } from '../make_csv.mjs';
import { median, ms, postJson, request, rounds, startParley } from './tools.mjs';

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
  const { body, type } = multipart(sessionId, bytes);
  const began = process.hrtime.bigint();
  const answer = await request(port, 'POST', '/api/files/upload', body,
    { 'Content-Type': type, 'Content-Length': body.length });
  if (answer.status >= 300) throw new Error(`upload: ${answer.status} ${answer.body}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

export async function measure() {
  const { bytes, rows } = csv();
  const server = await startParley();
  const results = [];
  for (let round = 0; round < rounds; round += 1) results.push(await upload(server.port, bytes));
  await server.stop();
  const size = (bytes.length / 1e6).toFixed(1);
  return [{ what: `upload of ${size} MB CSV, ${rows} rows`, parley: ms(median(results)) }];
}
