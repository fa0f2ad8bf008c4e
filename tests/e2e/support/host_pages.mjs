// Pages of a site that embeds the widget, served from an origin of its own.
//
// A test describes the page as {tags, before, css, body}; the page is made from the query string, so that
// each test sees exactly what it asked for.

import http from 'node:http';
import https from 'node:https';

const escape = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

function tag(server, attributes) {
  const list = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escape(String(value))}"`,
  );
  return `<script async src="${server}/static/widget/chatbot.js"${list.join('')}></script>`;
}

function page({
  server,
  tags = [{}],
  before = '',
  css = '',
  body = '',
  frame,
  lang = 'en',
  viewport = true,
}) {
  const scripts = frame === undefined ? tags.map((one) => tag(server, one)).join('\n') : '';
  const iframe =
    frame === undefined
      ? ''
      : `<iframe id="plain" width="400" height="600" src="${escape(server + frame)}"></iframe>`;
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
${viewport ? '<meta name="viewport" content="width=device-width, initial-scale=1">' : ''}
<title>Host page</title><style>${css}</style>${before ? `<script>${before}</script>` : ''}
</head><body><h1>A shop</h1><p id="host-text">Text of the host page.</p>
<button id="host-button">Buy</button>${body}${iframe}${scripts}</body></html>`;
}

/** `close()` ends it; `url(spec)` is the address of a page as described. `tls`: key and certificate. */
export async function startHostPages(hostname = 'localhost', tls = null) {
  const serve = (request, response) => {
    const spec = new URL(request.url, 'http://x').searchParams.get('spec');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(spec ? page(JSON.parse(spec)) : '<!doctype html><title>empty</title>');
  };
  const server = tls ? https.createServer(tls, serve) : http.createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const origin = `${tls ? 'https' : 'http'}://${hostname}:${port}`;
  return {
    origin,
    port,
    url: (spec) => `${origin}/?spec=${encodeURIComponent(JSON.stringify(spec))}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}
