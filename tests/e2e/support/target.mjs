// The server under test: the fake one, or the real binary with a scripted upstream behind it.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { installation } from '../../prove/support/installation.mjs';
import { readyPort } from '../../prove/support/server.mjs';
import { startFakeServer } from '../fake_server/server.mjs';
import { startFakeUpstream } from '../fake_upstream/upstream.mjs';
import { makeGate } from './gate.mjs';
import { operatorOf } from './operator.mjs';

export const real = process.env.PARLEY_BINARY ?? '';

async function startBinary(options, gate) {
  const upstream = await startFakeUpstream(gate);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-e2e-'));
  const base = `http://127.0.0.1:${upstream.port}`;
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: path.join(folder, 'data'),
    MEDIA_DIR: path.join(folder, 'media'),
    APP_PROFILE: options.production ? 'production' : 'development',
    ALLOWED_ORIGINS: '*',
    AI_PROVIDER: 'claude',
    TOKENS_LIMIT: '0',
    ANTHROPIC_API_KEY: 'test-key',
    OPENAI_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: base,
    OPENAI_BASE_URL: `${base}/v1`,
    // Browsers keep both processors busy, and long queries get only what is left.
    RATE_MESSAGES_PER_VISITOR: '0', // scripts write faster than people
    QUERY_TIMEOUT_MS: '60000',
    ...options.env,
  };
  const child = spawn(real, [], { env, cwd: installation, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  const port = await readyPort(child);
  return {
    port,
    /** Runs a command of the binary beside the server; what it says. */
    command: async (...words) => {
      const { stdout } = await promisify(execFile)(real, words, { env, cwd: installation });
      return stdout;
    },
    /** The operator's API (support/operator.mjs). */
    operator: operatorOf(port, env.DATA_DIR),
    /** What was asked of the provider. */
    calls: upstream.calls,
    close: async () => {
      child.kill('SIGTERM');
      await gone;
      await upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `options` that only the fake understands are named in tests/e2e/README.md. */
export async function startTarget(options = {}) {
  const gate = makeGate();
  const start = real ? startBinary : startFakeServer;
  const started = await start(options, gate);
  return {
    ...started,
    fake: real === '',
    /** Answers that wait for the test go on. */
    goOn: gate.open,
    close: () => {
      gate.open();
      return started.close();
    },
  };
}
