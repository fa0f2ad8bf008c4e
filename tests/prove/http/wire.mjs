// HTTP/1.1 as bytes: a connection that sends what it is told, and a strict reader of answers.
import { connect } from 'node:net';

/** Longest an exchange may take; it is a fault then. */
const exchangeMaxMs = 30_000;

/**
 * Sends `pieces` (latin-1), one after the other, and reads until the peer closes. {text, problem}:
 * what came, and what went wrong.
 */
export function exchange({ port, host = '127.0.0.1', pieces }) {
  return new Promise((resolve) => {
    let text = '';
    let problem = '';
    const socket = connect({ port, host, noDelay: true });
    const late = setTimeout(() => {
      problem = 'no end in time';
      socket.destroy();
    }, exchangeMaxMs);
    socket.setEncoding('latin1');
    socket.on('data', (bytes) => { text += bytes; });
    // A reset is how a refusal may end; what was answered before it counts.
    socket.on('error', (error) => { problem ||= error.code === 'ECONNRESET' || error.code === 'EPIPE' ? '' : error.code; });
    socket.on('close', () => {
      clearTimeout(late);
      resolve({ text, problem });
    });
    socket.on('connect', () => sendAll(socket, pieces));
  });
}

function sendAll(socket, [piece, ...rest]) {
  if (socket.destroyed) return;
  // Out of the kernel and in the server's hands, most likely, before the next one goes.
  socket.write(piece, 'latin1', () => setImmediate(() => {
    if (rest.length > 0) sendAll(socket, rest);
  }));
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e\x80-\xff]*)$/;

function readHead(text, at) {
  const end = text.indexOf('\r\n\r\n', at);
  if (end < 0) throw new Error('a head is cut');
  const [first, ...lines] = text.slice(at, end).split('\r\n');
  const status = Number(statusLine.exec(first)?.[1] ?? NaN);
  if (!status) throw new Error(`a bad status line: ${first.slice(0, 60)}`);
  const headers = new Map();
  for (const line of lines) {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (!name) throw new Error(`a bad field: ${line.slice(0, 60)}`);
    const key = name.toLowerCase();
    if (headers.has(key) && ['content-length', 'transfer-encoding', 'connection'].includes(key)) {
      throw new Error(`${key} twice`);
    }
    headers.set(key, value);
  }
  return { status, headers, end: end + 4 };
}

function chunksEnd(text, at) {
  while (true) {
    const end = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, end), 16);
    if (end < 0 || Number.isNaN(size)) throw new Error('a chunk is cut');
    if (size === 0) return end + 4;
    at = end + 2 + size + 2;
  }
}

/** Where the body of an answer ends. `isHead`: it answers HEAD. */
function bodyEnd(text, { status, headers, end }, isHead) {
  if (isHead || status < 200 || status === 204 || status === 304) return end;
  if (headers.get('transfer-encoding') === 'chunked') return chunksEnd(text, end);
  const length = headers.get('content-length');
  if (!/^\d+$/.test(length ?? '')) throw new Error('an answer without a length');
  return end + Number(length);
}

/**
 * The answers in `text`: [{status, id, isLast}], interim ones left out. Throws if the bytes are not
 * whole answers. `isHead(index)`: the request of that number was HEAD.
 */
export function readAnswers(text, isHead = () => false) {
  const answers = [];
  let at = 0;
  while (at < text.length) {
    const head = readHead(text, at);
    const end = bodyEnd(text, head, isHead(answers.length));
    if (end > text.length) throw new Error('an answer is cut');
    const { status, headers } = head;
    if (status >= 200) {
      const isLast = headers.get('connection') === 'close';
      answers.push({ status, id: headers.get('x-request-id') ?? '', isLast, body: text.slice(head.end, end) });
    }
    at = end;
  }
  return answers;
}
