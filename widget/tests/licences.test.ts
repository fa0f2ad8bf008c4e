import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { packagesIn, writeLicences } from '../tools/licences.mjs';

const made = (...inputs: string[]) => ({
  inputs: Object.fromEntries(inputs.map((input) => [input, {}])),
});

test('packages are known by where their files come from', () => {
  const metafile = made(
    'chat/main.tsx',
    'node_modules/preact/dist/preact.mjs',
    'node_modules/preact/hooks/dist/hooks.mjs',
    'node_modules/@kurkle/color/dist/color.esm.js',
  );
  assert.deepEqual(packagesIn(metafile), ['@kurkle/color', 'preact']);
});

test('licences are collected; a package without one fails the build', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'licences-'));
  try {
    const folder = path.join(root, 'node_modules/one');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'package.json'), '{"version":"1.2.3","license":"MIT"}');
    const metafiles = [made('node_modules/one/index.js')];
    await assert.rejects(writeLicences(root, root, metafiles), /one has no licence/);
    await writeFile(path.join(folder, 'LICENSE'), 'Copyright somebody');
    await writeLicences(root, root, metafiles);
    const text = await readFile(path.join(root, 'THIRD_PARTY.txt'), 'utf8');
    assert.match(text, /one 1\.2\.3 \(MIT\)\n\nCopyright somebody/);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
