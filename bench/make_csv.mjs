// Deterministic sales data just under the upload limit of 10 MiB, with quoted commas, doubled
// quotes and a few line breaks inside fields. Usage: node bench/make_csv.mjs OUT.csv [BYTES]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { integersFrom } from '../tests/prove/support/random.mjs';

const regions = ['North', 'South', 'East', 'West', 'Central', 'North, Upper', 'South "Bay"',
  'Islands'];
const products = Array.from({ length: 50 }, (_, i) => `Widget ${String(i).padStart(2, '0')}`);
const channels = ['web', 'store', 'phone', 'partner'];
const firstNames = ['Ana', 'Bo', 'Chen', 'Dara', 'Eli', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jun'];
const lastNames = ['Silva', 'Berg', 'Wei', 'Okoye', 'Novak', 'Ruiz', 'Sato', 'Khan', 'Dubois',
  'Moss'];
const notes = ['', '', '', '', '', '', '', 'rush', 'gift wrap, please', 'call "first"'];
const columns = ['order_id', 'date', 'region', 'product', 'channel', 'customer', 'quantity',
  'unit_price', 'discount', 'note'];

function quoted(value) {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function row(number, random) {
  const below = (limit) => random() % limit;
  const pick = (list) => list[below(list.length)];
  const upTo = (limit) => String(1 + below(limit)).padStart(2, '0');
  const date = `2025-${upTo(12)}-${upTo(28)}`;
  const note = number % 5000 === 0 ? 'line one\nline two' : pick(notes);
  return [String(100000 + number), date, pick(regions), pick(products), pick(channels),
    `${pick(firstNames)} ${pick(lastNames)}`, String(1 + below(40)),
    ((100 + below(49900)) / 100).toFixed(2), pick(['0', '0.05', '0.1', '']), note];
}

/** @returns {{bytes: Buffer, rows: number}} */
export function csv(bytesMax = 10 * 1024 * 1024 - 4096) {
  const random = integersFrom(42);
  const lines = [columns.join(',')];
  let size = lines[0].length + 1;
  for (let number = 1; size < bytesMax - 200; number += 1) {
    lines.push(row(number, random).map(quoted).join(','));
    size += lines.at(-1).length + 1;
  }
  return { bytes: Buffer.from(`${lines.join('\n')}\n`), rows: lines.length - 1 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { bytes, rows } = csv(process.argv[3] ? Number(process.argv[3]) : undefined);
  writeFileSync(process.argv[2], bytes);
  console.log(`${rows} rows, ${bytes.length} bytes`);
}
