// What the parts share: programs under test, load, medians.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpCall } from 'node:http';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const binary = path.join(root, 'build/release/parley');
export const rounds = 3;
export const program = (name) => path.join(root, 'build/release/bench', name);
export const work = mkdtempSync(path.join(tmpdir(), 'parley-bench-'));
const running = new Set();

/** The server under test has the last core to itself; load and peers' upstream share the others. */
const cores = cpus().length;
const serverCore = String(cores - 1);
const otherCores = cores > 1 ? `0-${cores - 2}` : '0';
const onCore = (core, command, args) => ['taskset', ['-c', core, command, ...args]];

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function request(port, method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path: target, headers, agent: false };
    httpCall(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('error', reject);
      answer.on('data', (chunk) => { text += chunk; });
      answer.on('end', () => resolve({ status: answer.statusCode, body: text }));
    }).on('error', reject).end(body);
  });
}

export async function postJson(port, target, value) {
  const answer = await request(port, 'POST', target, JSON.stringify(value),
    { 'Content-Type': 'application/json' });
  if (answer.status >= 300) throw new Error(`${target}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

/** Starts a program and waits until GET `ready` answers 200; knows how long that took. */
async function start(core, command, args, { env = {}, port, ready }) {
  const [file, list] = onCore(core, command, args);
  const began = process.hrtime.bigint();
  const child = spawn(file, list,
    { env: { ...process.env, ...env }, cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
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

/** What is measured is the server, not when it says no. */
const withoutLimits = {
  TOKENS_LIMIT: '0', RATE_MESSAGES_PER_VISITOR: '0', RATE_MESSAGES_PER_ADDRESS: '0',
  RATE_SESSIONS_PER_ADDRESS: '0', RATE_SESSIONS_PER_TENANT: '0', RATE_REQUESTS_PER_TENANT: '0',
  ANSWERS_PER_TENANT_MAX: '10000',
};

/** The server under test with an empty data folder; `env` adds to or replaces its settings. */
export async function startParley(env = {}) {
  const port = await freePort();
  const data = mkdtempSync(path.join(work, 'data-'));
  const settings = {
    APP_PROFILE: 'development', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data,
    MEDIA_DIR: path.join(data, 'media'), DEBUG: 'false', ...withoutLimits, ...env,
  };
  return start(serverCore, binary, [], { env: settings, port, ready: '/health' });
}

export async function startVanilla() {
  const port = await freePort();
  return start(serverCore, program('vanilla_peer'), [String(port)], { port, ready: '/health' });
}

/** The Node peer; its packages, a newer Node among them, are installed on first use. */
export async function startNode(env = {}) {
  const folder = path.join(root, 'bench/node_peer');
  const node = path.join(folder, `node_modules/node-linux-${process.arch}/bin/node`);
  if (!existsSync(node)) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
  }
  const port = await freePort();
  const settings = { PORT: String(port), DATA_DIR: mkdtempSync(path.join(work, 'node-')), ...env };
  return start(serverCore, node, [path.join(folder, 'server.mjs')],
    { env: settings, port, ready: '/health' });
}

export async function startProvider() {
  const port = await freePort();
  return start(otherCores, program('mock_provider'), [String(port)], { port, ready: '/_stats' });
}

export async function stopAll() {
  await Promise.all([...running].map((started) => started.stop()));
  rmSync(work, { recursive: true, force: true });
}

export function httpRequest(method, target, value, headers = {}) {
  const body = value === undefined ? '' : JSON.stringify(value);
  const fields = { Host: 'localhost', ...headers };
  if (value !== undefined) {
    fields['Content-Type'] = 'application/json';
    fields['Content-Length'] = Buffer.byteLength(body);
  }
  const lines = Object.entries(fields).map(([name, text]) => `${name}: ${text}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n${body}`;
}

/** Runs the Runner's own measurement; one statement at a time, so on all cores. */
export async function measureSql() {
  const { stdout } = await promisify(execFile)(program('sql_runner'), []);
  return JSON.parse(stdout);
}

/** Runs the load generator over `requests`; all answers must be 2xx. */
export async function load(port, requests, { connections, count, seconds = 60 }) {
  const file = path.join(work, 'requests');
  writeFileSync(file, requests.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
  const [command, args] = onCore(otherCores, program('load_generator'),
    [String(port), file, String(connections), String(count), String(seconds)]);
  const { stdout } = await promisify(execFile)(command, args);
  const result = JSON.parse(stdout);
  const good = (result.statuses[200] ?? 0) + (result.statuses[201] ?? 0);
  if (good !== count) throw new Error(`only ${good} of ${count} were answered well: ${stdout}`);
  return result;
}

function statusKb(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]);
}

export const residentKb = (pid) => statusKb(pid, 'VmRSS');
export const peakResidentKb = (pid) => statusKb(pid, 'VmHWM');

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
export const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const perSecond = (value) => `${Math.round(value)}/s`;
export const mebibytes = (kb) => `${(kb / 1024).toFixed(1)} MiB`;
export const times = (value) => `${value.toFixed(2)} x`;
