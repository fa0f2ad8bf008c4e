// What a case of the conformance suite is, and short ways to write one.
//
// A case is {group, name, rfc, bytes, statuses, isRefused}: `bytes` (latin-1, one char a byte) are
// sent on a fresh connection, a sentinel request after them. Refused: one answer with the status,
// then the connection is closed, and nothing after the fault is ever taken for a request. Taken: an
// answer per status, in order, and then the sentinel's.

/** Hidden in what belongs to another request or to nobody: an answer to it is a smuggled request. */
export const hidden = 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: smuggled\r\n\r\n';

export const sentinel =
  'GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: sentinel\r\nConnection: close\r\n\r\n';

/** A request with the lines given; `Host: localhost` comes first unless `host` says otherwise. */
export const request = (line, lines = [], body = '', host = ['Host: localhost']) =>
  `${[line, ...host, ...lines].join('\r\n')}\r\n\r\n${body}`;

export const get = (...lines) => request('GET /health HTTP/1.1', lines);
export const post = (lines, body) => request('POST /health HTTP/1.1', lines, body);
export const chunked = (body) => post(['Transfer-Encoding: chunked'], body);

/** Cases of one group, from [name, rfc, bytes, status] each; one of several, where a list stands. */
export const refused = (group, list) =>
  list.map(([name, rfc, bytes, status = 400]) =>
    ({ group, name, rfc, bytes, statuses: [status].flat(), isRefused: true }));

/** Cases of one group, from [name, rfc, bytes, statuses] each. */
export const taken = (group, list) =>
  list.map(([name, rfc, bytes, statuses = [200]]) =>
    ({ group, name, rfc, bytes, statuses, isRefused: false }));
