// All cases of the conformance suite.
import { connection, expect, limits, pipelining, upgrade } from './cases/connection.mjs';
import { controls, fields, folding, host } from './cases/fields.mjs';
import { chunks, contentLength, extensions, trailers, transferEncoding } from './cases/framing.mjs';
import { methods, requestLine, targets, versions } from './cases/request_line.mjs';

export const cases = [
  requestLine, methods, targets, versions,
  fields, folding, controls, host,
  contentLength, transferEncoding, chunks, extensions, trailers,
  expect, pipelining, connection, limits, upgrade,
].flat();
