// Memory per kept-alive connection that has made one request and waits.
import { connect } from 'node:net';
import { httpRequest, pause, residentKb, startParley } from './tools.mjs';

const count = 900;  // within the usual limit of 1024 descriptors

function openConnection(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(httpRequest('GET', '/health')));
    socket.once('data', () => resolve(socket)).once('error', reject);
  });
}

async function openAll(port) {
  const sockets = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: 50 }, () => openConnection(port));
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

export async function measure() {
  const server = await startParley();
  await pause(1000);
  const before = residentKb(server.pid);
  const sockets = await openAll(server.port);
  await pause(1000);
  const perConnection = (residentKb(server.pid) - before) / count;
  sockets.forEach((socket) => socket.destroy());
  await server.stop();
  return [{
    what: `memory per idle connection, of ${count}`,
    parley: `${perConnection.toFixed(2)} KiB`,
  }];
}
