// The release binary as a child process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the server over `directory` on a free port; resolves when it is ready. */
export async function startServer(directory, modelUrl, environment = {}) {
  const child = spawn(join(root, 'build/release/parley'), {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      APP_PROFILE: 'testing',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(directory, 'data'),
      MEDIA_DIR: join(directory, 'media'),
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: modelUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const base = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += bytes;
      const port = /ready: http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    exited.then(([code]) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
  return {
    base,
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL');
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
