// The receipt of a data answer: what it proves, what can be done with it, what comes back.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { corpus } from '../corpus/index.mjs';
import {
  asked,
  attached,
  cells,
  cents,
  demo,
  productsMany,
  reopened,
  salesCsv,
  sumsOf,
  view,
} from '../support/sales.mjs';
import { longTestMs, test, until } from '../support/world.mjs';

test('a data answer shows its result; nothing of it is loaded before', demo, async (world) => {
  const loaded = (name) =>
    world.watch.requests.filter((url) => new RegExp(`/${name}[-.]`).test(url)).length;
  const visit = await attached(world);
  await visit.ask('hello');
  assert.deepEqual([loaded('results'), loaded('draw')], [0, 0]);
  await visit.ask('total sales by region');
  const card = visit.panel.locator('.result');
  await card.waitFor();
  assert.ok(loaded('results') > 0);
  assert.equal(loaded('draw'), 0, 'a table needs no chart library');
  const expected = sumsOf(salesCsv(), ([region]) => region);
  const [names, sums] = [await cells(card, 1), await cells(card, 2)];
  assert.deepEqual(
    new Map(names.map((name, at) => [name, cents(sums[at])])),
    new Map(names.map((name) => [name, expected.get(name)])),
  );
  assert.equal(names.length, 4);
  assert.match(sums[0], /^\d\d?,\d{3}/, 'grouped');
  const align = await card
    .locator('td.end')
    .first()
    .evaluate((cell) => [
      getComputedStyle(cell).textAlign,
      getComputedStyle(cell).fontVariantNumeric,
    ]);
  assert.deepEqual(align, ['end', 'tabular-nums']);
  assert.equal(await visit.panel.locator('.step').count(), 0, 'the quiet line became the receipt');
  assert.match(await card.locator('.receipt-line').innerText(), /sales\.csv · 416 rows read · /);
});

test('the quiet line shows while the rows are read', { ...demo, fakeOnly: true }, async (world) => {
  const visit = await attached(world);
  await visit.say('total sales by region [[wait]]');
  await visit.panel.locator('.step-running').filter({ hasText: 'Reading 416 rows' }).waitFor();
  world.target.goOn();
  await visit.panel.locator('.result').waitFor();
  await until(async () => (await visit.panel.locator('.step').count()) === 0, 'line gone');
});

test('the receipt tells what reading the file changed', { ...demo, fakeOnly: true }, async (world) => {
  const visit = await attached(world);
  await visit.ask('total sales by region');
  const card = visit.panel.locator('.result');
  await card.locator('.receipt-head').click();
  assert.match(await card.locator('.facts').innerText(), /Notes\s+sales: decimal comma/);
});

test('rows of a deleted file do not come back', demo, async (world) => {
  const visit = await attached(world);
  await visit.ask('total sales by region');
  await visit.panel.locator('.result table').waitFor();
  await visit.openFiles();
  await visit.panel.getByRole('button', { name: 'Delete file' }).click();
  await visit.panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await visit.panel.locator('.files-none').waitFor();
  await reopened(visit);
  const card = visit.panel.locator('.result');
  await card.getByText('The file was deleted').waitFor();
  assert.equal(await card.locator('table').count(), 0);
  await card.locator('.receipt-head').click();
  assert.match(await card.locator('.facts').innerText(), /sales\.csv/, 'what was asked stays');
});

test('a single value has its receipt only', demo, async (world) => {
  const { card } = await asked(world, 'total sales');
  assert.equal(await card.locator('table').count(), 0);
  assert.match(await card.locator('.receipt-line').innerText(), /416 rows read/);
});

test('queries on the way are folded', { ...demo, fakeOnly: true }, async (world) => {
  const { card, visit } = await asked(world, 'total sales by region then total sales by month');
  assert.equal(await visit.panel.locator('.result').count(), 2);
  await card.locator('canvas').waitFor();
  const before = visit.panel.locator('.result').first();
  assert.equal(await before.locator('table').count(), 0);
  await before.locator('.receipt-head').click();
  assert.equal(await before.locator('tbody tr').count(), 4);
  await before.locator('pre').waitFor();
});

test('the receipt opens by keyboard and is copied', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by region');
  // A framed page may write to the clipboard but not read it.
  await visit.frame().evaluate(() => {
    navigator.clipboard.writeText = async (text) => {
      window.clipped = text;
    };
  });
  const head = card.locator('.receipt-head');
  assert.equal(await head.getAttribute('aria-expanded'), 'false');
  await head.focus();
  await head.press('Enter');
  const inside = card.locator('.receipt-inside');
  await inside.waitFor();
  assert.equal(await head.getAttribute('aria-expanded'), 'true');
  const sql = await inside.locator('pre').innerText();
  assert.match(sql, /select[\s\S]*sales[\s\S]*group by/i);
  const clipboard = () => visit.frame().evaluate(() => window.clipped);
  await inside.getByRole('button', { name: 'Copy query' }).click();
  await until(async () => (await clipboard()) === sql, 'query copied');
  assert.match(await inside.locator('.hash').innerText(), /SHA-256 [0-9a-f]{12}…/);
  await inside.getByRole('button', { name: 'Copy SHA-256' }).click();
  await until(async () => /^[0-9a-f]{64}$/.test(await clipboard()), 'fingerprint copied');
  await head.press(' ');
  assert.equal(await inside.count(), 0);
});

test('what a reader unfolds stays in its place and is nothing new', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by product', {
    context: { reducedMotion: 'reduce' },
  });
  const head = card.locator('.receipt-head');
  const top = () => head.evaluate((button) => button.getBoundingClientRect().top);
  const below = () =>
    visit.panel
      .locator('.stream')
      .evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
  await until(async () => (await below()) < 4, 'at the end');
  const before = await top();
  await head.click();
  await card.locator('.receipt-inside').waitFor();
  await visit.frame().evaluate(() => new Promise(requestAnimationFrame));
  assert.ok(Math.abs((await top()) - before) < 1);
  assert.equal(await visit.panel.locator('.pill').count(), 0);
});

test('a query runs again without the assistant and tells what changed', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by region');
  await card.locator('.receipt-head').click();
  const again = card.getByRole('button', { name: 'Run again' });
  const turns = () => world.watch.requests.filter((url) => /chat\/message/.test(url)).length;
  const before = turns();
  await again.click();
  const outcome = card.locator('.outcome');
  await outcome.filter({ hasText: 'without AI: same result' }).waitFor();
  const old = await cells(card, 2);
  const stored = visit.page.waitForEvent('requestfinished', (request) =>
    request.url().endsWith('/api/files/upload'),
  );
  await visit.attach('sales.csv', salesCsv(2));
  await stored;
  await again.click();
  await outcome.filter({ hasText: 'the data changed' }).waitFor();
  assert.deepEqual(
    (await cells(card, 2)).map(cents).sort(),
    old.map((sum) => cents(sum) * 2).sort(),
  );
  assert.equal(turns(), before);
});

for (const [what, failure, text] of [
  ['a removed file', { status: 404, body: { error: 'No file uploaded for this session' } }, /file/],
  ['an unknown receipt', { status: 404, body: { error: 'Receipt not found' } }, /no longer has/],
  [
    'a query that no longer fits',
    { status: 400, body: { error: 'Query failed', details: 'no such column: regoin' } },
    /does not fit[\s\S]*no such column/,
  ],
  ['a busy server', { status: 503, body: { error: 'busy' } }, /Many queries/],
]) {
  test(`${what} is told in a sentence`, { ...demo, fakeOnly: true }, async (world) => {
    const { card } = await asked(world, 'total sales by region');
    await card.locator('.receipt-head').click();
    world.target.options.failNextQuery = failure;
    await card.getByRole('button', { name: 'Run again' }).click();
    const bad = card.locator('.outcome-bad');
    await bad.waitFor();
    assert.match(await bad.innerText(), text);
    assert.equal(await card.locator('tbody tr').count(), 4, 'the result stays');
  });
}

test('results are saved as CSV and JSON', demo, async (world) => {
  const csv = salesCsv().replaceAll('North,', '=1+1,');
  const { card, visit } = await asked(world, 'total sales by region', {}, csv);
  const saved = async (name) => {
    const [download] = await Promise.all([
      visit.page.waitForEvent('download'),
      card.getByRole('button', { name }).click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
  };
  const [csvName, csvText] = await saved('Download CSV');
  assert.match(csvName, /^sales-\d{4}-\d\d-\d\d\.csv$/);
  assert.equal(csvText.trim().split(/\r?\n/).length, 5);
  assert.match(csvText, /^"?'=1\+1/m, 'no formula');
  const [jsonName, jsonText] = await saved('Download JSON');
  assert.match(jsonName, /\.json$/);
  const records = JSON.parse(jsonText);
  assert.equal(records.length, 4);
  assert.ok(records.some((record) => Object.values(record).includes('=1+1')));
});

test('a reload brings the result back, and all of its rows when asked', demo, async (world) => {
  const { visit } = await asked(world, 'total sales by product');
  await reopened(visit);
  const card = visit.panel.locator('.result');
  await card.waitFor();
  assert.equal(await card.locator('tbody tr').count(), 10);
  await view(card, 'Bar chart').click();
  await card.locator('canvas').waitFor();
  await view(card, 'Table').click();
  await card.getByRole('button', { name: `Show all ${productsMany} rows` }).click();
  await until(async () => (await card.locator('tbody tr').count()) === productsMany, 'all rows');
  const expected = sumsOf(salesCsv(), ([, product]) => product);
  const [names, sums] = [await cells(card, 1), await cells(card, 2)];
  assert.deepEqual(
    sums.map(cents),
    names.map((name) => expected.get(name)),
  );
});

test(
  'hostile cells, heads and file names stay text',
  { ...demo, timeout: longTestMs },
  async (world) => {
    const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
    const texts = corpus.filter((text) => !/[\0\n]/.test(text));
    const csv = ['region,sales', ...texts.map((text, at) => `${quoted(text)},${at + 1}`)].join(
      '\n',
    );
    const visit = await world.visit();
    await visit.attach('<img src=x onerror=window.__pwned=1>.csv', `${csv}\n`);
    await visit.panel.locator('.file-card').waitFor();
    await visit.ask('total sales by region');
    const card = visit.panel.locator('.result');
    await card.waitFor();
    await card.getByRole('button', { name: /^Show all/ }).click();
    await until(async () => (await card.locator('tbody tr').count()) > 40, 'all rows');
    await card.locator('.receipt-head').click();
    await card.locator('.receipt-inside').waitFor();
    const clean = async () => {
      const active = 'a, img, script, iframe, object, embed, video, audio, link, style, form';
      assert.equal(await card.locator(active).count(), 0);
      const pwned = await visit.frame().evaluate(() => window.__pwned === 1);
      assert.equal(pwned, false, 'a script ran');
    };
    await clean();
    assert.ok((await cells(card, 1)).some((text) => text.includes('<script>')));
    await card.locator('.sort').first().click();
    await reopened(visit);
    await card.waitFor();
    await clean();
  },
);
