// The server under test: the fake one, or the real binary with a scripted upstream behind it.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFakeServer } from '../fake_server/server.mjs';
import { startFakeUpstream } from '../fake_upstream/upstream.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const real = process.env.PARLEY_BINARY ?? '';

async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function healthy(port, child) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`server ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error('server did not become healthy in 15 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startBinary(options) {
  const upstream = await startFakeUpstream();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-e2e-'));
  const port = await freePort();
  const base = `http://127.0.0.1:${upstream.port}`;
  const env = {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: path.join(folder, 'data'),
    MEDIA_DIR: path.join(folder, 'media'),
    APP_PROFILE: options.production ? 'production' : 'development',
    ALLOWED_ORIGINS: '*',
    AI_PROVIDER: 'claude',
    ANTHROPIC_API_KEY: 'test-key',
    OPENAI_API_KEY: 'test-key',
    ANTHROPIC_BASE_URL: base,
    OPENAI_BASE_URL: `${base}/v1`,
    // Browsers keep both processors busy, and long queries get only what is left.
    QUERY_TIMEOUT_MS: '10000',
    ...options.env,
  };
  const child = spawn(real, [], { env, cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  await healthy(port, child);
  return {
    port,
    close: async () => {
      const gone = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      await upstream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `options` that only the fake understands are named in tests/e2e/README.md. */
export async function startTarget(options = {}) {
  const started = real ? await startBinary(options) : await startFakeServer(options);
  return { ...started, fake: real === '' };
}
