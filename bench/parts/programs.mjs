// The programs of a benchmark: the server under test, its peers, the provider behind them.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../tests/prove/support/free_port.mjs';
import { installation, root } from '../../tests/prove/support/installation.mjs';
import { request } from './http.mjs';

export const binary = path.resolve(
  process.env.PARLEY_BINARY ?? path.join(root, 'build/release/parley'));
export const program = (name) => path.join(root, 'build/release/bench', name);
export const work = mkdtempSync(path.join(tmpdir(), 'parley-bench-'));
export const rounds = 3;
const running = new Set();

/** The server under test has the last core to itself; load and peers' upstream share the others. */
const cores = cpus().length;
export const serverCore = String(cores - 1);
export const otherCores = cores > 1 ? `0-${cores - 2}` : '0';
export const onCore = (core, command, args) => ['taskset', ['-c', core, command, ...args]];

// This program itself, too, stays off the server's core.
if (cores > 1) execFileSync('taskset', ['-a', '-c', '-p', otherCores, String(process.pid)]);

/** Starts a program and waits until GET `ready` answers 200; knows how long that took. */
async function start(core, command, args, { env = {}, port, ready }) {
  const [file, list] = onCore(core, command, args);
  const began = process.hrtime.bigint();
  const child = spawn(file, list,
    { env: { PATH: process.env.PATH, ...env }, cwd: installation, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => { complaint = (complaint + text).slice(-2000); });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const started = { port, pid: child.pid, stop: () => { child.kill('SIGTERM'); return ended; } };
  running.add(started);
  ended.then(() => running.delete(started));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${complaint}`);
    const answer = await request(port, 'GET', ready).catch(() => null);
    if (answer?.status === 200) break;
  }
  started.startedInMs = Number(process.hrtime.bigint() - began) / 1e6;
  return started;
}

/** What is measured is the server, not when it says no; and the peer writes no log lines either. */
const withoutLimits = {
  TOKENS_LIMIT: '0', RATE_MESSAGES_PER_VISITOR: '0', RATE_MESSAGES_PER_ADDRESS: '0',
  RATE_SESSIONS_PER_ADDRESS: '0', RATE_SESSIONS_PER_TENANT: '0', RATE_REQUESTS_PER_TENANT: '0',
  ANSWERS_PER_TENANT_MAX: '10000', LOG_LEVEL: 'warning',
};

/** A folder for a server's data, empty; all are removed in the end. */
export const newFolder = () => mkdtempSync(path.join(work, 'data-'));

/** What points a server at a provider started by startProvider(). */
export const answeredBy = (provider) => ({
  ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: `http://127.0.0.1:${provider.port}`,
});

/** The server under test; `env` adds to or replaces its settings, `data` is its folder. */
export async function startParley(env = {}, data = newFolder()) {
  const port = await freePort();
  const settings = {
    APP_PROFILE: 'development', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data,
    MEDIA_DIR: path.join(data, 'media'), DEBUG: 'false', ...withoutLimits, ...env,
  };
  const started = await start(serverCore, binary, [], { env: settings, port, ready: '/health' });
  return { ...started, name: 'parley', data };
}

export async function startVanilla() {
  const port = await freePort();
  return start(serverCore, program('vanilla_peer'), [String(port)], { port, ready: '/health' });
}

/** The Node peer; its packages, a newer Node among them, are installed on first use. */
export async function startNode(env = {}, data = newFolder()) {
  const folder = path.join(root, 'bench/node_peer');
  const node = path.join(folder, `node_modules/node-linux-${process.arch}/bin/node`);
  if (!existsSync(node)) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  }
  const port = await freePort();
  const started = await start(serverCore, node, [path.join(folder, 'server.mjs')],
    { env: { PORT: String(port), DATA_DIR: data, ...env }, port, ready: '/health' });
  return { ...started, name: 'node', data };
}

/** Answers at once with 64 tokens until told otherwise. */
export async function startProvider() {
  const port = await freePort();
  const started = await start(otherCores, program('mock_provider'), [String(port)],
    { port, ready: '/_stats' });
  const configure = ({ firstMs = 0, gapMs = 0, tokens = 64 } = {}) => request(
    port, 'POST', `/_config?ttft_ms=${firstMs}&gap_ms=${gapMs}&tokens=${tokens}`);
  const statistics = async () => JSON.parse((await request(port, 'GET', '/_stats')).body);
  return { ...started, configure, statistics };
}

/** What `run(start, provider)` found of the server and of Node, `rounds` times in turn. */
export async function besideNode(run) {
  const provider = await startProvider();
  const [ours, theirs] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    theirs.push(await run(startNode, provider));
    ours.push(await run(startParley, provider));
  }
  await provider.stop();
  return [ours, theirs];
}

export async function stopAll() {
  await Promise.all([...running].map((started) => started.stop()));
}

export function removeWork() {
  rmSync(work, { recursive: true, force: true });
}
