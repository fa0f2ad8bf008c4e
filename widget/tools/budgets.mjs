// The size budgets, in gzip bytes. The build fails when one is exceeded.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export const budgets = {
  loader: 4_000,
  open: 30_000,
  stream: 50_000,
  // With the first result of a conversation, and with its first chart.
  results: 12_000,
  chart: 68_000,
};

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

/** The size of a chunk and of what it brings along that `before` does not have. */
async function laterBytes(out, outputs, chunk, before) {
  const names = [...staticFiles(outputs, chunk)].filter((name) => !before.has(name));
  for (const name of names) before.add(name);
  return sum(out, names);
}

async function largestOf(out, names) {
  return Math.max(...(await Promise.all(names.map((name) => sum(out, [name])))));
}

async function measure(out, { outputs }) {
  const names = Object.keys(outputs);
  const chunk = (pattern) => names.find((name) => pattern.test(name));
  const locales = (pattern) =>
    largestOf(
      out,
      names.filter((name) => pattern.test(name)),
    );
  const entry = chunk(/^dist\/app-/);
  const known = staticFiles(outputs, entry);
  const open =
    (await sum(out, [...known, 'chatbot.html', 'styles.css'])) +
    (await locales(/\/(en|de|fr|es|ar|zh)-/));
  const talk = await laterBytes(out, outputs, chunk(/\/talk-/), known);
  const stream = open + talk + (await laterBytes(out, outputs, chunk(/\/stream-/), known));
  const results =
    (await laterBytes(out, outputs, chunk(/\/results-(?!(en|de|fr|es|ar|zh)-)/), known)) +
    (await sum(out, ['results.css'])) +
    (await locales(/\/results-(en|de|fr|es|ar|zh)-/));
  const chart = await laterBytes(out, outputs, chunk(/\/draw-/), known);
  return { loader: await gzipBytes(path.join(out, 'chatbot.js')), open, stream, results, chart };
}

export async function checkBudgets(out, metafile) {
  const sizes = await measure(out, metafile);
  const over = Object.keys(budgets).filter((name) => sizes[name] > budgets[name]);
  const lines = Object.entries(sizes).map(
    ([name, size]) =>
      `${name.padEnd(7)} ${String(size).padStart(6)} of ${budgets[name]} bytes gzip`,
  );
  if (over.length > 0)
    throw new Error(`over the size budget: ${over.join(', ')}\n${lines.join('\n')}`);
  return lines.join('\n');
}
