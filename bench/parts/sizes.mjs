// What is shipped: the binary, and what a page and a panel load, compressed.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../tests/prove/support/installation.mjs';
import { binary } from './programs.mjs';

const dist = path.join(root, 'widget/dist');
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const compressed = (file) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length;

export async function measure() {
  const files = readdirSync(dist).filter((file) => /\.(js|css|html)$/.test(file)).sort();
  return [
    { what: 'size of the binary', parley: `${(statSync(binary).size / 1e6).toFixed(2)} MB` },
    ...files.map((file) => ({ what: `widget/dist/${file}, gzip`, parley: kB(compressed(file)) })),
  ];
}
