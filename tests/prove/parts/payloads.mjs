// The long form of the browser tests with payloads (tests/e2e/cases/payloads.test.mjs): all of them
// in each text of the panel. Needs what those need: widget/dist, Chromium, npm ci in tests/e2e.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { atLeast, none, told } from '../support/rows.mjs';
import { binary } from '../support/server.mjs';

export const promise = 'D4, E1, E2: no payload runs, asks a stranger, or can be clicked';

const runner = fileURLToPath(new URL('../../e2e/run.mjs', import.meta.url));

export async function prove({ long }) {
  if (!long) return [told('short form', 'a browser test of its own: tests/e2e')];
  const env = { ...process.env, PARLEY_BINARY: binary, PARLEY_LONG: '1' };
  const child = spawn(process.execPath, [runner, 'payloads'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const count = (name) => Number(new RegExp(`^\\W*${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const failed = [...output.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name]) => name);
  const figures = [...output.matchAll(/figure (\{.*\})/g)].map(([, json]) => JSON.parse(json));
  if (code !== 0) console.log(output.split('\n').filter((line) => !/"level":"info"/.test(line)).join('\n'));
  return [
    ...figures.map(({ what, value }) => told(what, value)),
    atLeast('browser tests passed', count('pass'), 12),
    none(`failed ${failed.join(', ')}`.trim(), Math.max(count('fail'), code)),
  ];
}
