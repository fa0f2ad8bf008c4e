// What the shipped binary itself says of its defences, and what it looks like in memory.
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { memoryMap } from '../support/process.mjs';
import { atLeast, exactly, none } from '../support/rows.mjs';
import { binary, startServer } from '../support/server.mjs';

export const promise = 'K4: the release binary is hardened';

const run = promisify(execFile);
const textMaxBytes = 512 * 1024 * 1024; // a disassembly is long

const read = async (program, ...options) =>
  (await run(program, [...options, binary], { maxBuffer: textMaxBytes })).stdout;

const count = (text, pattern) => text.match(pattern)?.length ?? 0;
const yes = (what, holds) => exactly(what, holds ? 'yes' : 'no', 'yes');

async function fromTheFile() {
  const head = await read('readelf', '-hW');
  const segments = await read('readelf', '-lW');
  const dynamic = await read('readelf', '-dW');
  const symbols = await read('readelf', '--dyn-syms', '-W');
  return [
    yes('position independent', /Type:\s+DYN/.test(head) && /FLAGS_1.*\bPIE\b/.test(dynamic)),
    yes('relocations read-only, bound at start', /GNU_RELRO/.test(segments) && /FLAGS_1.*\bNOW\b/.test(dynamic)),
    none('segments both writable and executable', count(segments, /^\s+LOAD.* RWE /gm)),
    yes('stack not executable', /GNU_STACK.* RW /.test(segments)),
    none('library paths of its own', count(dynamic, /\((RPATH|RUNPATH|TEXTREL)\)/g)),
    atLeast('fortified functions of the C library in use', count(symbols, /\b__\w+_chk@/g), 3),
    yes('no symbols left', !/\.symtab/.test(await read('readelf', '-SW'))),
  ];
}

// Debian 12's own start code is not marked for CET, so no program there is; ours is ready for it.
async function fromTheCode() {
  const code = await read('objdump', '-d', '--no-show-raw-insn', '--no-addresses');
  const rows = [atLeast('functions with a stack protector', count(code, /call.*<__stack_chk_fail@plt>/g), 500)];
  if (process.arch === 'x64') rows.push(atLeast('marked targets of indirect branches', count(code, /\bendbr64\b/g), 5_000));
  return rows;
}

async function inMemory() {
  const directory = await mkdtemp(join(tmpdir(), 'hardening-'));
  const server = await startServer(directory, 'http://127.0.0.1:9');
  const maps = memoryMap(server.pid);
  await server.stop();
  return [
    atLeast('mappings of a running server', count(maps, /^\S+ /gm), 100),
    none('of them both writable and executable', count(maps, /^\S+ .wx/gm)),
  ];
}

export async function prove() {
  return [...(await fromTheFile()), ...(await fromTheCode()), ...(await inMemory())];
}
