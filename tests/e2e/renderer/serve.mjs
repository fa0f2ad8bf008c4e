// Serves the page of entry.ts under a given policy.

import http from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = new URL('.', import.meta.url);
/** The widget's own bundler. */
const esbuild = createRequire(new URL('../../../widget/package.json', import.meta.url))('esbuild');

export async function serveRenderer(policy) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('entry.ts', here))],
    bundle: true,
    write: false,
    format: 'iife',
    charset: 'utf8',
  });
  const html = '<!doctype html><meta charset="utf-8"><body><script src="/entry.js"></script>';
  const server = http.createServer((request, response) => {
    const isScript = request.url === '/entry.js';
    response.writeHead(200, {
      'Content-Type': `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`,
      'Content-Security-Policy': policy,
    });
    response.end(isScript ? outputFiles[0].text : html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}
