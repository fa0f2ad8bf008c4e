// The operators' HTTP API of the real binary, with the key that it made at its first start.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';

/** Calls `/api/admin…`: `operator('PUT', '/tenants/x.localhost', {…})`. Fails if it is refused. */
export function operatorOf(port, dataFolder) {
  return async (method, where, body) => {
    const key = readFileSync(path.join(dataFolder, 'operator.key'), 'utf8').trim();
    const response = await fetch(`http://127.0.0.1:${port}/api/admin${where}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${where}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}

/** GETs JSON from a tenant's host, whose name only browsers resolve. */
export function getAt(port, domain, where) {
  return new Promise((resolve, reject) => {
    const headers = { Host: `${domain}:${port}` };
    const request = http.get({ host: '127.0.0.1', port, path: where, headers });
    request.on('error', reject);
    request.on('response', (response) => json(response).then(resolve, reject));
  });
}
