// Load: runs the load generator, and tells what it cost the server.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { median, percent, us } from './figures.mjs';
import { cpuSeconds } from './processes.mjs';
import { onCore, otherCores, program, work } from './programs.mjs';

let files = 0;

async function generate(port, requests, shape, prefix = []) {
  files += 1;
  const file = path.join(work, `requests-${files}`);
  writeFileSync(file, requests.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
  const numbers = Object.entries(shape).map(([name, value]) => `${name}=${value}`);
  const [first, ...rest] = [...prefix, program('load_generator'), String(port), file, ...numbers];
  const [command, args] = onCore(otherCores, first, rest);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}

const goodOf = (result) => (result.statuses[200] ?? 0) + (result.statuses[201] ?? 0);

/**
 * Load that may be refused: what came back, of whatever status. It yields to load(), so that what
 * others wait for is the server and not the generator.
 */
export async function offer(server, requests, shape) {
  const result = await generate(server.port, requests, shape, ['nice', '-n', '10']);
  return { ...result, good: goodOf(result) };
}

/**
 * Runs the load generator over `requests`; all answers must be 2xx and whole. Shape: its
 * connections, count, seconds, rate, spread_ms, tokens. The result has what each answer cost the
 * server (cpuUs), and how busy its core and that of load and `provider` were (busy).
 */
export async function load(server, requests, shape, provider = undefined) {
  const used = () => [server, provider].map((one) => (one ? cpuSeconds(one.pid) : 0));
  const before = used();
  const result = await generate(server.port, requests, shape);
  const [serverCpu, providerCpu] = used().map((value, i) => value - before[i]);
  const isWhole = result.errors + result.unfinished + result.short === 0;
  if (goodOf(result) !== result.answers || !isWhole || result.answers === 0) {
    throw new Error(`not all were answered well: ${JSON.stringify(result)}`);
  }
  const cpuUs = serverCpu * 1e6 / result.answers;
  const share = (seconds) => percent(seconds / result.seconds);
  const busy = `server ${share(serverCpu)}, load ${share(result.cpu_seconds + providerCpu)}`;
  return { ...result, cpuUs, busy };
}

/** The note of a row of rates: what an answer costs each, and how busy the cores were. */
export function costs(ours, theirs) {
  const [own, peer] = [ours, theirs].map((runs) => median(runs.map((one) => one.cpuUs)));
  const ratio = (peer / own).toFixed(1);
  return `CPU ${us(own)} to ${us(peer)} (${ratio} x); ${ours.at(-1).busy}`;
}
