// What happens on a connection: pipelining, its end, interim answers, limits, other protocols.
// RFC 9112, section 9; RFC 9110, sections 7.6.1, 7.8, 10.1.1.
import { chunked, get, hidden, post, refused, request, taken } from '../case.mjs';

const closing = get('Connection: close');

export const expect = [
  ...refused('Expect', [
    ['unknown', '9110 10.1.1', post(['Content-Length: 5', 'Expect: magic'], 'abcde'), 417],
    ['known and unknown', '9110 10.1.1', post(['Content-Length: 5', 'Expect: 100-continue, magic'], 'abcde'), 417],
    ['with a body too large', '9110 10.1.1', post(['Content-Length: 1048577', 'Expect: 100-continue']), 413],
    ['with two lengths', '9112 6.3', post(['Content-Length: 0', `Content-Length: ${hidden.length}`, 'Expect: 100-continue'], hidden)],
  ]),
  ...taken('Expect', [
    ['body comes at once', '9110 10.1.1', post(['Content-Length: 5', 'Expect: 100-continue'], 'abcde')],
    ['in capitals', '9110 10.1.1', post(['Content-Length: 5', 'Expect: 100-Continue'], 'abcde')],
    ['without a body', '9110 10.1.1', get('Expect: 100-continue')],
    ['of HTTP/1.0', '9110 10.1.1', request('POST /health HTTP/1.0', ['Content-Length: 5', 'Expect: 100-continue', 'Connection: keep-alive'], 'abcde')],
    ['with chunks', '9110 10.1.1', request('POST /health HTTP/1.1', ['Transfer-Encoding: chunked', 'Expect: 100-continue'], '3\r\nabc\r\n0\r\n\r\n')],
  ]),
];

export const pipelining = taken('pipelining', [
  ['two', '9112 9.3.2', get() + get(), [200, 200]],
  ['twenty', '9112 9.3.2', get().repeat(20), Array(20).fill(200)],
  ['after a body', '9112 9.3.2', post(['Content-Length: 5'], 'abcde') + get(), [200, 200]],
  ['after chunks', '9112 9.3.2', chunked('3\r\nabc\r\n0\r\n\r\n') + get(), [200, 200]],
  ['after HEAD', '9112 9.3.2', request('HEAD /health HTTP/1.1') + get(), [200, 200]],
  ['after 404', '9112 9.3.2', request('POST /absent HTTP/1.1', ['Content-Length: 5'], 'abcde') + get(), [404, 200]],
  ['after 405', '9112 9.3.2', request('PATCH /readyz HTTP/1.1', ['Content-Length: 5'], 'abcde') + get(), [405, 200]],
  ['after a route that waits', '9112 9.3.2', request('POST /api/sessions/create HTTP/1.1') + get(), [201, 200]],
  ['with an empty line between', '9112 2.2', `${get()}\r\n${get()}`, [200, 200]],
]);

export const connection = [
  ...taken('connection', [
    ['keep-alive', '9112 9.3', get('Connection: keep-alive')],
    ['unknown option', '9110 7.6.1', get('Connection: x-option')],
    ['word that contains close', '9110 7.6.1', get('Connection: closed')],
    ['keep-alive of HTTP/1.0', '9112 9.3', request('GET /health HTTP/1.0', ['Connection: keep-alive'])],
    ['names Content-Length', '9110 7.6.1', post(['Connection: Content-Length', 'Content-Length: 5'], 'abcde')],
    ['names Host', '9110 7.6.1', get('Connection: Host')],
    ['Proxy-Connection means nothing', '9112 C.2.2', get('Proxy-Connection: close')],
  ]),
  ...refused('connection', [
    ['close', '9112 9.6', closing + hidden, 200],
    ['close in capitals', '9110 7.6.1', get('Connection: CLOSE') + hidden, 200],
    ['close in a list', '9110 7.6.1', get('Connection: x, close ,y') + hidden, 200],
    ['close in a second line', '9110 7.6.1', get('Connection: x', 'Connection: close') + hidden, 200],
    ['close with keep-alive', '9112 9.3', get('Connection: keep-alive, close') + hidden, 200],
    ['HTTP/1.0', '9112 9.3', request('GET /health HTTP/1.0') + hidden, 200],
    ['HTTP/1.0 without Host', '9112 3.2', `GET /readyz HTTP/1.0\r\n\r\n${hidden}`, 200],
    ['close of a body', '9112 9.6', post(['Connection: close', 'Content-Length: 5'], `abcde${hidden}`), 200],
  ]),
];

export const limits = [
  ...refused('limit', [
    ['101 fields', '6585 5', get(...Array(100).fill('A: b')), 431],
    ['head over 16 KiB', '6585 5', get(`A: ${'b'.repeat(16 * 1024)}`), 431],
    ['head without end', '6585 5', `GET /health HTTP/1.1\r\nA: ${'b'.repeat(17 * 1024)}`, 431],
    ['many fields without end', '6585 5', `GET /health HTTP/1.1\r\n${'A: b\r\n'.repeat(4000)}`, 431],
    ['compressed body', '9110 8.4', post(['Content-Length: 5', 'Content-Encoding: gzip'], 'abcde'), 415],
    ['body compressed twice', '9110 8.4', post(['Content-Length: 5', 'Content-Encoding: identity, br'], 'abcde'), 415],
  ]),
  ...taken('limit', [
    ['100 fields', '6585 5', get(...Array(99).fill('A: b'))],
    ['identity', '9110 8.4', post(['Content-Length: 5', 'Content-Encoding: identity'], 'abcde')],
    ['1,500 ranges', '9110 14.2', get(`Range: bytes=${'0-,'.repeat(1500)}0-`)],
  ]),
];

export const upgrade = taken('upgrade', [
  ['h2c', '9113 3.1', get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__')],
  ['unknown protocol', '9110 7.8', get('Connection: Upgrade', 'Upgrade: x/1')],
  ['TLS', '2817 3', get('Connection: Upgrade', 'Upgrade: TLS/1.0')],
  ['h2c with a body', '9110 7.8', post(['Connection: Upgrade', 'Upgrade: h2c', `Content-Length: ${hidden.length}`], hidden)],
]);
