// Runs the browser tests: `node tests/e2e/run.mjs [part of a file name …]`.
//
// Against the fake server by default; PARLEY_BINARY=build/release/parley runs the same cases
// against the real one. Prints node:test's counts; its exit code is the result.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);

/** The browser driver needs Node 20; an older one is replaced by this machine's npm package. */
function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return process.execPath;
  const own = path.join(here, `node_modules/node-linux-${process.arch}/bin/node`);
  if (existsSync(own)) return own;
  throw new Error('Node 20 or newer is needed: run `npm ci` in tests/e2e first');
}

if (!existsSync(path.join(here, '../../widget/dist/chatbot.js'))) {
  throw new Error('widget/dist is missing: run `npm ci && npm run build` in widget first');
}

const files = readdirSync(path.join(here, 'cases'))
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .map((name) => path.join(here, 'cases', name))
  // Without a test of its own a file would start a browser that nothing ends.
  .filter((name) => !process.env.PARLEY_FAKE_ONLY || readFileSync(name, 'utf8').includes('fakeOnly'));
const binary = process.env.PARLEY_BINARY;
const env = { ...process.env, ...(binary ? { PARLEY_BINARY: path.resolve(binary) } : {}) };
const { status } = spawnSync(nodePath(), ['--test', '--test-concurrency=2', ...files], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
