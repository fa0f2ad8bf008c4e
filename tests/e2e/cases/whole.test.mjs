// The reason for all of it, with the real server: a file of 10 MB, three questions, and each figure
// checked against one computed here from the same bytes.

import assert from 'node:assert/strict';
import { csv } from '../../../bench/make_csv.mjs';
import { cells, demo, view } from '../support/sales.mjs';
import { longTestMs, longWaitMs, test, until } from '../support/world.mjs';

/** Rows of a text whose cells may be quoted, as objects. */
function parse(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
  }
  const [head, ...body] = rows.filter((row) => row.length > 1);
  return body.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}

/** Sums of `value` by what `key` gives. */
function sums(rows, key, value) {
  const found = new Map();
  for (const row of rows) found.set(key(row), (found.get(key(row)) ?? 0) + Number(row[value]));
  return found;
}

const number = (text) => Number(text.replace(/[^\d.-]/g, ''));

/** What the shown table says, by its first column. */
async function shown(card) {
  const [names, values] = [await cells(card, 1), await cells(card, 2)];
  return new Map(names.map((name, at) => [name, number(values[at])]));
}

const options = { ...demo, realOnly: true, timeout: longTestMs };

test('10 MB: three questions, a table, a chart, a receipt, all right', options, async (world) => {
  const { bytes, rows: count } = csv();
  const rows = parse(bytes.toString());
  assert.equal(rows.length, count);
  const visit = await world.visit();
  await visit.attach('sales.csv', bytes);
  await visit.panel.locator('.file-card').waitFor({ timeout: longWaitMs });
  const results = visit.panel.locator('.result');

  await visit.ask('total quantity by region', longWaitMs);
  await results.first().waitFor();
  assert.deepEqual(await shown(results.first()), sums(rows, (row) => row.region, 'quantity'));
  const line = await results.first().locator('.receipt-line').innerText();
  assert.ok(line.startsWith(`sales.csv · ${count.toLocaleString('en')} rows read`), line);

  await visit.ask('How many orders have a unit price over 250?', longWaitMs);
  const over = rows.filter((row) => Number(row.unit_price) > 250).length;
  assert.ok((await visit.lastText()).includes(over.toLocaleString('en')), await visit.lastText());

  await visit.ask('quantity by month', longWaitMs);
  const chart = results.last();
  await view(chart, 'Line chart').waitFor();
  await view(chart, 'Line chart').click();
  await chart.locator('canvas').waitFor();
  await view(chart, 'Table').click();
  await until(async () => (await chart.locator('tbody tr').count()) > 0, 'the table again');
  const more = chart.getByRole('button', { name: /^Show all/ });
  if ((await more.count()) > 0) await more.click();
  const months = sums(rows, (row) => row.date.slice(0, 7), 'quantity');
  await until(async () => (await shown(chart)).size === months.size, 'all months');
  assert.deepEqual(await shown(chart), months);

  await results.first().locator('.receipt-line').click();
  await results.first().getByRole('button', { name: 'Run again' }).click();
  const same = results.first().getByText('same result', { exact: false });
  await same.waitFor({ timeout: longWaitMs });

  await visit.openFiles();
  await visit.panel.getByRole('button', { name: 'Delete file' }).first().click();
  await visit.panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await until(async () => (await visit.panel.locator('.file-item').count()) === 0, 'deleted');
});
