// Serves widget/dist the way the real server does: same paths, same headers.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../widget/dist');

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
};

const shared =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
  "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'none'; " +
  "base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; " +
  'trusted-types parley; report-uri /csp-report';
export const panelCsp = `${shared}; frame-src 'none'; frame-ancestors *`;
const pageCsp = `${shared}; frame-src 'self'; frame-ancestors 'none'`;

function fileFor(pathname) {
  if (pathname === '/') return ['demo/index.html', pageCsp];
  if (pathname === '/docs') return ['docs/index.html', pageCsp];
  if (pathname === '/widget/chatbot.html') return ['chatbot.html', panelCsp];
  const [, area, rest] = /^\/static\/(widget|demo|docs)\/([\w./-]+)$/.exec(pathname) ?? [];
  if (!area || rest.includes('..')) return null;
  return area === 'widget' ? [rest, panelCsp] : [`${area}/${rest}`, pageCsp];
}

export async function serveAsset(request, response, pathname) {
  const found = fileFor(pathname);
  const bytes = found && (await readFile(path.join(dist, found[0])).catch(() => null));
  if (!bytes) {
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"Not found"}');
    return;
  }
  response.writeHead(200, {
    'Content-Type': types[path.extname(found[0])] ?? 'application/octet-stream',
    'Content-Security-Policy': found[1],
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cache-Control': 'no-cache',
  });
  response.end(bytes);
}
