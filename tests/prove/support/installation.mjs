// What a server under test is started in: the repository without its .env, in which a developer
// keeps the keys of real vendors.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A working directory for servers; gone when this process ends. */
export const installation = mkdtempSync(join(tmpdir(), 'parley-installation-'));
for (const name of ['config', 'widget']) symlinkSync(join(root, name), join(installation, name));
process.on('exit', () => rmSync(installation, { recursive: true, force: true }));
