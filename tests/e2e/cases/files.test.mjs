// Bringing a file: by button, by drop, with every way it can go wrong.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, until } from '../support/world.mjs';

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
  await visit.panel.locator('#menu-btn').click();
  await visit.panel.getByRole('button', { name: 'Files' }).click();
  await visit.panel.getByRole('button', { name: 'Remove file' }).click();
  await visit.panel.locator('.files-none').waitFor();
});
