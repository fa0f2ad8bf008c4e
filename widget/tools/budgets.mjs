// The size budgets, in gzip bytes. The build fails when one is exceeded.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export const budgets = { loader: 4_000, open: 30_000, stream: 50_000 };

async function gzipBytes(file) {
  return gzipSync(await readFile(file), { level: 9 }).length;
}

/** The entry and everything it imports statically. */
function staticFiles(outputs, entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const one of outputs[entry].imports) {
    if (one.kind === 'import-statement') staticFiles(outputs, one.path, seen);
  }
  return seen;
}

async function sum(out, names) {
  const sizes = await Promise.all(
    [...names].map((name) => gzipBytes(path.join(out, path.basename(name)))),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

export async function checkBudgets(out, metafile) {
  const { outputs } = metafile;
  const names = Object.keys(outputs);
  const entry = names.find((name) => /^dist\/app-/.test(name));
  const talk = names.find((name) => /\/talk-/.test(name));
  const markdown = names.find((name) => /\/stream-/.test(name));
  const locales = names.filter((name) => /\/(en|de|fr|es|ar|zh)-/.test(name));
  const first = staticFiles(outputs, entry);
  const largest = Math.max(...(await Promise.all(locales.map((name) => sum(out, [name])))));
  const open = (await sum(out, [...first, 'chatbot.html', 'styles.css'])) + largest;
  const later = [...staticFiles(outputs, talk, staticFiles(outputs, markdown))].filter(
    (name) => !first.has(name),
  );
  const sizes = {
    loader: await gzipBytes(path.join(out, 'chatbot.js')),
    open,
    stream: open + (await sum(out, later)),
  };
  const over = Object.keys(budgets).filter((name) => sizes[name] > budgets[name]);
  const lines = Object.entries(sizes).map(
    ([name, size]) =>
      `${name.padEnd(7)} ${String(size).padStart(6)} of ${budgets[name]} bytes gzip`,
  );
  if (over.length > 0)
    throw new Error(`over the size budget: ${over.join(', ')}\n${lines.join('\n')}`);
  return lines.join('\n');
}
