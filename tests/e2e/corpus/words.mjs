// What the payloads are made with: a script that leaves a mark, and an address that must never be
// asked.

export const evilHost = 'evil.example';
export const evil = `https://${evilHost}/leak?d=secret`;
export const run = 'window.__pwned=1';
