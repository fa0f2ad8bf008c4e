// Signs who a visitor is, as a site's server does (README, "Visitors you know").

import { createHmac } from 'node:crypto';

export const secret = 'a-secret-that-only-the-site-and-the-tenant-know';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A token for `aud`, good for ten minutes; `claims` and `key` replace what is signed and with what. */
export function sign(aud, claims = {}, key = secret) {
  const all = { sub: 'customer-1', aud, exp: nowSeconds() + 600, ...claims };
  const text = `${part({ alg: 'HS256' })}.${part(all)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

export const minutesAgo = (minutes) => nowSeconds() - minutes * 60;
