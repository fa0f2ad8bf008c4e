// A small stand-in for the Parley server: the routes and the streaming contract the widget relies
// on, over the built widget/dist with the real security headers. State lives in memory.

import http from 'node:http';
import { apiRoutes } from './api.mjs';
import { serveAsset } from './assets.mjs';
import { Sessions } from './sessions.mjs';

export async function readBody(request, max = 12_000_000) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > max) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function sendJson(response, status, body, headers = {}) {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': `req-${Math.random().toString(16).slice(2, 10)}`,
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** Starts on a free port; options: tests/e2e/README.md. `gate`: what `hold` steps wait for. */
export async function startFakeServer(options, gate) {
  const sessions = new Sessions(gate);
  const context = { sessions, options, reports: [], server: null };
  const server = http.createServer((request, response) => {
    handle(context, request, response).catch((error) => {
      if (!response.headersSent)
        sendJson(response, 500, { error: 'Failed', details: String(error) });
      else response.destroy();
    });
  });
  await new Promise((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  context.server = server;
  return {
    port: server.address().port,
    reports: context.reports,
    sessions,
    options,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}

async function handle(context, request, response) {
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/csp-report') {
    context.reports.push((await readBody(request)).toString());
    response.writeHead(204).end();
    return;
  }
  for (const [method, pattern, handler] of apiRoutes) {
    const match = request.method === method && pattern.exec(url.pathname);
    if (match) {
      await handler(context, request, response, match[1], match[2]);
      return;
    }
  }
  await serveAsset(request, response, url.pathname);
}
