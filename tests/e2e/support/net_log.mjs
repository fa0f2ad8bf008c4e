// Chromium's own log of its network: also what no page asked for in words, such as a prefetch. (A
// browser that is driven connects to no host ahead, so that a preconnect only the judge of elements
// can see.)

import { readFileSync } from 'node:fs';

/** What Chromium itself asks of its makers (updates, sign-in), whatever is shown. */
const isOwnService = (host) => /(^|\.)(google|googleapis|gvt1)\.com$/.test(host);

const isOurs = (host) => /^(127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost\.?)$/.test(host);

function hostOf(text) {
  try {
    return new URL(/:\/\//.test(text) ? text : `http://${text}`).hostname;
  } catch {
    return '';
  }
}

/** Hosts that were asked or looked up, other than this machine's and the browser's own. */
export function strangersIn(file) {
  const { events } = JSON.parse(readFileSync(file, 'utf8'));
  const named = events.flatMap(({ params = {} }) => [params.url, params.host, params.destination]);
  const hosts = named.filter((one) => /^(https?|wss?):|^[^/]*$/.test(one ?? '/')).map(hostOf);
  return [...new Set(hosts)].filter((host) => host !== '' && !isOurs(host) && !isOwnService(host));
}
