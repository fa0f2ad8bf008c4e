// The line between the browser and the server under test: a TCP relay that a test can cut, stall or
// close altogether, without the server's help.

import net from 'node:net';

export async function startLine(targetPort) {
  const state = { down: false, cutAfterDeltas: null, cuts: 0, stalled: false };
  const sockets = new Set();
  const server = net.createServer((browser) => {
    if (state.down) return browser.destroy();
    const upstream = net.connect(targetPort, '127.0.0.1');
    const end = () => {
      browser.destroy();
      upstream.destroy();
      sockets.delete(end);
    };
    sockets.add(end);
    for (const socket of [browser, upstream]) socket.on('error', end).on('close', end);
    browser.on('data', (bytes) => upstream.write(bytes));
    let deltas = 0;
    upstream.on('data', (bytes) => {
      if (!browser.destroyed) browser.write(bytes);
      deltas += bytes.toString('latin1').split('event: delta').length - 1;
      if (state.cutAfterDeltas !== null && deltas >= state.cutAfterDeltas) {
        state.cutAfterDeltas = null;
        state.cuts += 1;
        end();
      }
    });
    return undefined;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    /** Cuts the next connection that has carried this many deltas. */
    cutAfter: (deltas) => {
      state.cutAfterDeltas = deltas;
    },
    cuts: () => state.cuts,
    /** Ends every connection and refuses new ones until up() is called. */
    down() {
      state.down = true;
      for (const end of [...sockets]) end();
    },
    up: () => {
      state.down = false;
    },
    close: () =>
      new Promise((resolve) => {
        for (const end of [...sockets]) end();
        server.close(resolve);
      }),
  };
}
