// The list of files: what each holds, its first rows, deleting it; by mouse, by keyboard, on a
// phone, from right to left, and with hostile names.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertAccessible } from '../support/axe.mjs';
import { assertWhole } from '../support/layout.mjs';
import { test, until } from '../support/world.mjs';

const orders = readFileSync(
  new URL('../../../widget/dist/demo/orders.csv', import.meta.url),
  'utf8',
);
const cities = 'city,people\nBerlin,3755251\nKiel,\nBonn,331885\n';
const shop = JSON.stringify({
  lines: [
    { sku: 'A-1', price: 12.5 },
    { sku: 'B-2', price: 9 },
  ],
  customers: [{ name: 'Ann', since: '2024-01-02' }],
});

async function withFiles(world, texts, spec) {
  const visit = await world.visit(spec);
  await visit.attachAll(texts);
  const last = Object.keys(texts).length - 1;
  await visit.panel.locator('.file-card').nth(last).waitFor();
  await until(async () => (await visit.panel.locator('.upload').count()) === 0, 'queue empty');
  return visit;
}

/** Texts of the cells of the profile's row of a column. */
async function profileOf(visit, column) {
  const row = visit.panel.locator('.profile tbody tr', {
    has: visit.panel.getByText(column, { exact: true }),
  });
  return row.locator('th, td').allInnerTexts();
}

test('each file shows its size, its profile and its fingerprint', async (world) => {
  const visit = await withFiles(world, { 'cities.csv': cities, 'orders.csv': orders });
  await visit.openFiles();
  const items = visit.panel.locator('.file-item');
  assert.equal(await items.count(), 2);
  assert.match(await visit.panel.locator('.files-used').innerText(), /2 of 5 files/);
  assert.match(await items.nth(0).innerText(), /cities.csv\s+3 rows × 2 columns[^]*Added Today/);
  assert.equal(await visit.panel.locator('.profile').count(), 0);
  await items.nth(0).locator('.file-toggle').click();
  const [name, filled, distinct, values] = await profileOf(visit, 'people');
  assert.match(name, /people\s+whole number/);
  assert.equal(filled, '66%');
  assert.equal(distinct, '2');
  assert.match(values, /331,885 – 3,755,251\s+average 2,043,568/);
  assert.match(await items.nth(0).locator('.fingerprint').innerText(), /[0-9a-f]{8}…[0-9a-f]{8}/);
});

test('the first rows can be looked at', async (world) => {
  const visit = await withFiles(world, { 'cities.csv': cities });
  await visit.openFiles();
  await visit.panel.getByRole('button', { name: 'Show the first rows' }).click();
  const preview = visit.panel.locator('.preview');
  await preview.waitFor();
  assert.deepEqual(await preview.locator('th').allInnerTexts(), ['city', 'people']);
  assert.equal(await preview.locator('tbody tr').count(), 3);
  assert.match(await preview.locator('tbody tr').nth(1).innerText(), /Kiel[^]*no value/);
  assert.match(await preview.locator('.number').first().innerText(), /3,755,251/);
  await visit.panel.getByRole('button', { name: 'Hide the rows' }).click();
  assert.equal(await preview.count(), 0);
});

test('a file is opened from its card and deleted by keyboard', async (world) => {
  const visit = await withFiles(world, { 'cities.csv': cities, 'orders.csv': orders });
  const press = (key) => visit.page.keyboard.press(key);
  const focused = (what) =>
    until(
      () =>
        visit
          .frame()
          .evaluate((css) => document.hasFocus() && document.activeElement.matches(css), what),
      what,
    );
  await visit.panel.locator('.file-details').nth(1).focus();
  await focused('.file-details');
  await press('Enter');
  await focused('[data-shown] .file-toggle');
  await press('Escape');
  await focused('.file-details');
  await press('Enter');
  await focused('[data-shown] .file-toggle');
  for (let tab = 0; tab < 6; tab++) {
    if (await visit.frame().evaluate(() => document.activeElement.matches('.file-delete'))) break;
    await press('Tab');
  }
  await focused('.file-delete');
  await press('Enter');
  await focused('.file-ask .button-danger');
  await press('Escape');
  await focused('.file-delete');
  assert.equal(await visit.panel.locator('.file-item').count(), 2);
  await press('Enter');
  await focused('.file-ask .button-danger');
  await press('Enter');
  await until(async () => (await visit.panel.locator('.file-item').count()) === 1, 'deleted');
  await focused('main.files');
  await press('Escape');
  await visit.panel.locator('.file-card').waitFor();
  assert.deepEqual(await visit.panel.locator('.file-name').allInnerTexts(), ['cities.csv']);
});

test('the tables of a JSON file are named on the card and in the list', async (world) => {
  const visit = await withFiles(world, { 'shop.json': shop });
  const card = await visit.panel.locator('.file-card').innerText();
  assert.match(card, /2 tables/);
  assert.match(card, /lines\s+2 rows × 2 columns/);
  assert.match(card, /customers\s+1 row × 2 columns/);
  await visit.openFiles();
  const toggles = visit.panel.locator('.table-toggle');
  assert.equal(await toggles.count(), 2);
  await toggles.nth(1).click();
  await visit.panel.locator('.table-section').nth(1).getByText('since', { exact: true }).waitFor();
});

test('what the import noticed is said', async (world) => {
  const visit = await withFiles(world, { 'ragged.csv': 'a,b,c\n1,2,3\n4,5\n6,7\n' });
  await visit.openFiles();
  const note = visit.panel.locator('.import-notes li').first();
  await note.waitFor();
  assert.match(await note.innerText(), /\w+ \w+/);
});

test('a wide file shows its first columns and finds the others', async (world) => {
  const names = Array.from({ length: 120 }, (_none, at) => `measure_${at}`);
  const text = `${names.join(',')}\n${names.map((_name, at) => at).join(',')}\n`;
  const visit = await withFiles(world, { 'wide.csv': text });
  await visit.openFiles();
  const rows = visit.panel.locator('.profile tbody tr');
  assert.equal(await rows.count(), 50);
  await visit.panel.getByText('50 of 120 columns').waitFor();
  await visit.panel.getByLabel('Find a column').fill('_117');
  await until(async () => (await rows.count()) === 1, 'found');
  await visit.panel.getByLabel('Find a column').fill('nothing');
  await visit.panel.getByText('No column of this name.').waitFor();
  await visit.panel.getByLabel('Find a column').press('Escape');
  await until(async () => (await rows.count()) === 50, 'all again');
});

test('files can be added from the list, and the last one deleted', async (world) => {
  const visit = await world.visit();
  await visit.openFiles();
  await visit.panel.locator('.files-none').waitFor();
  await visit.attach('cities.csv', cities);
  await visit.panel.locator('.file-item').waitFor();
  await visit.panel.getByRole('button', { name: 'Delete file' }).click();
  await visit.panel.getByRole('button', { name: 'Cancel' }).click();
  await visit.panel.getByRole('button', { name: 'Delete file' }).click();
  await visit.panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await visit.panel.locator('.files-none').waitFor();
  await visit.panel.locator('.back').click();
  assert.equal(await visit.panel.locator('.file-card').count(), 0);
});

test('what is deleted in one tab is gone in the other', async (world) => {
  const visit = await withFiles(world, { 'cities.csv': cities });
  const other = await world.visit({}, visit.context);
  await other.panel.locator('.file-card').waitFor();
  await other.openFiles();
  await other.panel.getByRole('button', { name: 'Delete file' }).click();
  await other.panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await until(async () => (await visit.panel.locator('.file-card').count()) === 0, 'card gone');
});

test('hostile names of files, columns and values stay text', async (world) => {
  const attack = '<img src=x onerror=window.__pwned=1>';
  const text = `${attack},"a"" FROM x; --",__proto__\n${attack},=cmd(),1\n${attack},b,2\n`;
  const visit = await withFiles(world, {
    [`${attack}".csv`]: text,
    'x";DROP TABLE y;--.csv': text,
  });
  await visit.openFiles();
  for (const at of [0, 1]) {
    const item = visit.panel.locator('.file-item').nth(at);
    await item.locator('.file-toggle').click();
    await item.getByRole('button', { name: 'Show the first rows' }).click();
    await item.locator('.preview tbody tr').nth(1).waitFor();
  }
  const shown = await visit.panel.locator('main.files').innerText();
  assert.ok(shown.includes(attack));
  const active = 'img, script, iframe, object, embed, a[href], form, style, link';
  assert.equal(await visit.panel.locator('main.files').locator(active).count(), 0);
  assert.equal(await visit.frame().evaluate(() => window.__pwned), undefined);
});

/** Ways of looking at the list, each with everything unfolded. */
async function unfold(visit) {
  await visit.openFiles();
  await visit.panel.locator('.file-toggle').first().click();
  await visit.panel.getByRole('button').and(visit.panel.locator('.preview-part button')).click();
  await visit.panel.locator('.preview').waitFor();
}

const files = { 'cities.csv': cities, [`${'long-name-'.repeat(11)}.csv`]: orders };

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the list of files, ${colorScheme}`, async (world) => {
    const spec = { context: { colorScheme, reducedMotion: 'reduce' } };
    const visit = await world.visit(spec);
    await visit.openFiles();
    await assertAccessible(visit.frame(), 'empty');
    await visit.panel.locator('.back').click();
    await visit.attachAll({ ...files, 'shop.json': shop, 'bad.pdf': 'x' });
    await visit.panel.locator('.file-card').nth(2).waitFor();
    await assertAccessible(visit.frame(), 'cards');
    await unfold(visit);
    await assertAccessible(visit.frame(), 'unfolded');
    await visit.panel.locator('.file-toggle').nth(2).click();
    await visit.panel.locator('.file-delete').first().click();
    await assertAccessible(visit.frame(), 'asking');
  });
}

for (const [what, spec] of [
  ['320 px', { context: { viewport: { width: 320, height: 640 } } }],
  ['a phone', { context: { viewport: { width: 390, height: 780 }, hasTouch: true } }],
  ['Arabic', { lang: 'ar', context: { viewport: { width: 360, height: 740 } } }],
]) {
  test(`the list of files is whole at ${what}`, async (world) => {
    const visit = await withFiles(world, { ...files, 'shop.json': shop }, spec);
    await assertWhole(visit, 'cards');
    await unfold(visit);
    await assertWhole(visit, 'unfolded');
    await visit.panel.locator('.file-delete').click();
    await assertWhole(visit, 'asking');
  });
}
