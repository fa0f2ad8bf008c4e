// Bringing a file: by button, by drop, with every way it can go wrong.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { longTestMs, longWaitMs, test, until } from '../support/world.mjs';

const orders = readFileSync(
  new URL('../../../widget/dist/demo/orders.csv', import.meta.url),
  'utf8',
);

test('an uploaded file shows its shape, its columns and three questions', async (world) => {
  const visit = await world.visit();
  await visit.attach('orders.csv', orders);
  const card = visit.panel.locator('.file-card');
  await card.waitFor();
  assert.match(await card.locator('.file-shape').innerText(), /1,000 rows × 10 columns/);
  assert.equal(await card.locator('.starter').count(), 3);
  assert.match(await card.locator('.starter').first().innerText(), /total/);
  await card.locator('.starter').first().click();
  await visit.done().waitFor();
});

test('a dropped file is taken; the target is shown while it hovers', async (world) => {
  const visit = await world.visit();
  const fire = (name) =>
    visit.frame().evaluate(
      ([type, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'drop.csv', { type: 'text/csv' }));
        const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
        document.getElementById('chatbot-container').dispatchEvent(event);
      },
      [name, 'a,b\n1,2\n'],
    );
  await fire('dragenter');
  await visit.panel.locator('.drop').waitFor();
  await fire('drop');
  await visit.panel.locator('.file-card').waitFor();
  assert.equal(await visit.panel.locator('.drop').count(), 0);
  assert.match(await visit.panel.locator('.file-shape').innerText(), /1 row × 2 columns/);
});

test('progress is shown and an upload can be cancelled', async (world) => {
  const visit = await world.visit();
  let release = () => {};
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await visit.context.route('**/api/files/upload', async (route) => {
    await held;
    await route.abort();
  });
  await visit.attach('orders.csv', orders);
  await visit.panel.locator('progress').waitFor();
  await visit.panel.getByRole('button', { name: 'Cancel upload' }).click();
  await until(async () => (await visit.panel.locator('.upload').count()) === 0, 'strip gone');
  release();
  assert.equal(await visit.panel.locator('.file-card').count(), 0);
});

for (const [what, name, text, expected] of [
  ['a file of another kind', 'report.pdf', 'x', /Only CSV and JSON/],
  ['an empty file', 'empty.csv', '', /empty/],
  ['a broken file', 'broken.json', '{"a":', /could not be read/],
]) {
  test(`${what} is refused with a reason`, async (world) => {
    const visit = await world.visit();
    await visit.attach(name, text);
    const bad = visit.panel.locator('.upload-bad');
    await bad.waitFor();
    assert.match(await bad.innerText(), expected);
    await bad.getByRole('button', { name: 'Dismiss' }).click();
    await until(async () => (await bad.count()) === 0, 'dismissed');
  });
}

test('the file is there after a reload and can be removed', async (world) => {
  const visit = await world.visit();
  await visit.attach('orders.csv', orders);
  await visit.panel.locator('.file-card').waitFor();
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.panel.locator('.file-card').waitFor();
  await visit.openFiles();
  await visit.panel.getByRole('button', { name: 'Delete file' }).click();
  await visit.panel.getByRole('button', { name: 'Delete', exact: true }).click();
  await visit.panel.locator('.files-none').waitFor();
});

test('several files chosen at once are added one after another', async (world) => {
  const visit = await world.visit();
  await visit.attachAll({ 'orders.csv': orders, 'cities.csv': 'city,people\nBerlin,3\nKiel,1\n' });
  const cards = visit.panel.locator('.file-card');
  await cards.nth(1).waitFor();
  assert.deepEqual(await cards.locator('.file-name').allInnerTexts(), ['orders.csv', 'cities.csv']);
  assert.match(await cards.nth(1).innerText(), /2 rows × 2 columns/);
  await until(async () => (await visit.panel.locator('.upload').count()) === 0, 'queue empty');
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await cards.nth(1).waitFor();
});

test('a file of the same name takes the place of the former', async (world) => {
  const visit = await world.visit();
  await visit.attach('orders.csv', 'a,b\n1,2\n');
  await visit.panel.locator('.file-card').waitFor();
  await visit.attach('ORDERS.csv', 'a,b,c\n1,2,3\n4,5,6\n');
  await visit.panel.locator('.file-shape', { hasText: '2 rows × 3 columns' }).waitFor();
  assert.equal(await visit.panel.locator('.file-card').count(), 1);
});

test('more files than a conversation can have are refused with the number', async (world) => {
  const visit = await world.visit();
  const names = Array.from({ length: 7 }, (_none, at) => `part${at}.csv`);
  await visit.attachAll(Object.fromEntries(names.map((name) => [name, 'a,b\n1,2\n'])));
  await visit.panel.locator('.file-card').nth(4).waitFor();
  const bad = visit.panel.locator('.upload-bad');
  assert.match(await bad.innerText(), /2 files were not added[^]*at most 5 files/);
  await bad.getByRole('button', { name: 'Dismiss' }).click();
  await visit.attach('part2.csv', 'a,b\n1,2\n3,4\n');
  await visit.panel.locator('.file-shape', { hasText: '2 rows' }).waitFor();
  await visit.openFiles();
  assert.equal(await visit.panel.locator('#add-file').getAttribute('aria-disabled'), 'true');
  await visit.panel.locator('#files-full').waitFor();
});

test("the limit is the server's", { fakeOnly: true, target: { filesMax: 2 } }, async (world) => {
  const visit = await world.visit();
  for (const name of ['a.csv', 'b.csv']) {
    await visit.attach(name, 'a,b\n1,2\n');
    await visit.panel.locator('.file-name', { hasText: name }).waitFor();
  }
  await visit.attach('c.csv', 'a,b\n1,2\n');
  const bad = visit.panel.locator('.upload-bad');
  await bad.waitFor();
  assert.match(await bad.innerText(), /at most 2 files/);
});

/** Lets a test hold the server's reading at a share of the file. */
function holdReading(world, at) {
  let release = () => {};
  const held = new Promise((resolve) => {
    release = resolve;
  });
  world.target.options.reading = (share) => (share === at ? held : null);
  return () => {
    world.target.options.reading = null;
    release();
  };
}

test('how far the server has read is shown', { fakeOnly: true }, async (world) => {
  const visit = await world.visit();
  const release = holdReading(world, 0.4);
  await visit.attach('orders.csv', orders);
  await visit.panel.locator('.upload', { hasText: 'Reading… 40 %' }).waitFor();
  assert.equal(await visit.panel.locator('progress').evaluate((bar) => bar.value), 40);
  release();
  await visit.panel.locator('.file-card').waitFor();
});

test('reading can be cancelled, and the next file goes on', { fakeOnly: true }, async (world) => {
  const visit = await world.visit();
  const release = holdReading(world, 0.4);
  await visit.attachAll({ 'orders.csv': orders, 'next.csv': 'a,b\n1,2\n' });
  const reading = visit.panel.locator('.upload', { hasText: 'Reading… 40 %' });
  await reading.waitFor();
  assert.match(await visit.panel.locator('.upload').nth(1).innerText(), /next.csv[^]*Waiting/);
  await reading.getByRole('button', { name: 'Cancel upload' }).click();
  // Released before the server saw the hang-up, the first file would be stored after all.
  await visit.panel.locator('.upload', { hasText: /next.csv[^]*Reading/ }).waitFor();
  release();
  await visit.panel.locator('.file-card', { hasText: 'next.csv' }).waitFor();
  assert.equal(await visit.panel.locator('.file-card').count(), 1);
  assert.equal(await visit.panel.locator('.upload').count(), 0);
});

test(
  'a plain JSON answer works, too',
  { fakeOnly: true, target: { plainUpload: true } },
  async (world) => {
    const visit = await world.visit();
    await visit.attach('orders.csv', orders);
    await visit.panel.locator('.file-card').waitFor();
    await visit.attach('broken.json', '{"a":');
    await visit.panel.locator('.upload-bad', { hasText: 'could not be read' }).waitFor();
  },
);

test('a file of 10 MB is added', { timeout: longTestMs }, async (world) => {
  const visit = await world.visit();
  const [head, ...rows] = orders.trim().split('\n');
  const block = `${rows.join('\n')}\n`;
  const times = Math.floor((10_485_760 - head.length - 1) / block.length);
  await visit.attach('large.csv', `${head}\n${block.repeat(times)}`);
  await visit.panel.locator('.file-card').waitFor({ timeout: longWaitMs });
  const shape = await visit.panel.locator('.file-shape').innerText();
  assert.ok(shape.startsWith(`${(times * rows.length).toLocaleString('en')} rows × 10 columns`));
});
