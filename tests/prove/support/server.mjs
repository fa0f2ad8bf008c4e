// The release binary as a child process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

import { installation, root } from './installation.mjs';

export const binary = resolve(process.env.PARLEY_BINARY ?? join(root, 'build/release/parley'));

/** Longest a server may take to be ready. */
const readyMaxMs = 30_000;

/** The port a server started with PORT=0 has taken, once it is ready: it says so on its output. */
export function readyPort(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (what) => reject(new Error(`${what}: ${text}`));
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      fail('the server was not ready in time');
    }, readyMaxMs);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(late);
      fail(`the server ended with ${code}`);
    });
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const port = /ready: http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
      if (!port) return;
      clearTimeout(late);
      resolve(Number(port));
    });
  });
}

/**
 * Starts the server over `directory` on a free port; resolves when it is ready. `log`: a file
 * descriptor for what it logs.
 */
export async function startServer(directory, modelUrl, environment = {}, { log = 'inherit' } = {}) {
  const child = spawn(binary, {
    cwd: installation,
    env: {
      PATH: process.env.PATH,
      APP_PROFILE: 'testing',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(directory, 'data'),
      MEDIA_DIR: join(directory, 'media'),
      WIDGET_DIR: join(root, 'tests/api/widget'),
      LOG_LEVEL: 'error',
      QUERY_TIMEOUT_MS: '60000', // queries get only what the load leaves of the processors
      ANTHROPIC_API_KEY: 'test-key',
      TOKENS_LIMIT: '0',
      ANTHROPIC_BASE_URL: modelUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', log],
  });
  const exited = once(child, 'exit');
  const base = `http://127.0.0.1:${await readyPort(child)}`;
  return {
    base,
    pid: child.pid,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
    /** SIGTERM; the exit code. */
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
