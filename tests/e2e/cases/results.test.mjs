// The result of a data answer: its table, its charts, and how they look to everyone.

import assert from 'node:assert/strict';
import { assertAccessible } from '../support/axe.mjs';
import { asked, cells, cents, demo, productsMany, sideways, view } from '../support/sales.mjs';
import { test, until } from '../support/world.mjs';

test('columns are sorted by keyboard, up, down and back', demo, async (world) => {
  const { card } = await asked(world, 'total sales by region');
  const head = card.locator('th').nth(1);
  const button = head.locator('button');
  const before = await cells(card, 1);
  await button.focus();
  await button.press('Enter');
  const sums = async () => (await cells(card, 2)).map(cents);
  await until(async () => (await head.getAttribute('aria-sort')) === 'ascending', 'ascending');
  const up = await sums();
  assert.deepEqual(
    up,
    [...up].sort((one, other) => one - other),
  );
  await button.press(' ');
  await until(async () => (await head.getAttribute('aria-sort')) === 'descending', 'descending');
  assert.deepEqual(await sums(), [...up].reverse());
  await button.press('Enter');
  await until(async () => (await head.getAttribute('aria-sort')) === 'none', 'as it was');
  assert.deepEqual(await cells(card, 1), before);
});

test(
  'all rows are shown inside a scroller of their own, below a fixed head',
  demo,
  async (world) => {
    const { card, visit } = await asked(world, 'total sales by product');
    assert.equal(await card.locator('tbody tr').count(), 10);
    await card.getByRole('button', { name: `Show all ${productsMany} rows` }).click();
    await until(async () => (await card.locator('tbody tr').count()) === productsMany, 'all rows');
    const box = card.locator('.result-table');
    const headTop = () =>
      card
        .locator('th')
        .first()
        .evaluate((th) => th.getBoundingClientRect().top);
    const before = await headTop();
    const scrolled = await box.evaluate((element) => {
      element.scrollTop = 200;
      return [element.scrollTop, element.scrollHeight > element.clientHeight];
    });
    assert.deepEqual(scrolled, [200, true]);
    assert.equal(await headTop(), before);
    assert.equal(await box.getAttribute('tabindex'), '0');
    assert.match(await box.getAttribute('aria-label'), /26 rows/);
    await card.getByRole('button', { name: 'Show fewer rows' }).click();
    assert.equal(await card.locator('tbody tr').count(), 10);
    assert.equal(await visit.panel.locator('.result').count(), 1);
  },
);

test('charts are switched, and the library comes with the first one', demo, async (world) => {
  const { card } = await asked(world, 'total sales by region');
  const drawn = () => world.watch.requests.filter((url) => /\/draw-/.test(url)).length;
  assert.equal(await view(card, 'Table').getAttribute('aria-pressed'), 'true');
  await view(card, 'Bar chart').click();
  const canvas = card.locator('canvas');
  await canvas.waitFor();
  assert.equal(drawn(), 1);
  assert.equal(await canvas.getAttribute('role'), 'img');
  assert.match(await canvas.getAttribute('aria-label'), /^Bar chart: .*sales.* by region.*table/i);
  const coloured = () =>
    canvas.evaluate((element) => {
      const { data } = element.getContext('2d').getImageData(0, 0, element.width, element.height);
      return data.some((value, at) => at % 4 === 3 && value > 0);
    });
  await until(coloured, 'something is drawn');
  assert.equal(await card.locator('table').count(), 0);
  await view(card, 'Table').click();
  await card.locator('table').waitFor();
  assert.equal(drawn(), 1);
});

test('a pie is offered for parts of a whole', { ...demo, fakeOnly: true }, async (world) => {
  const { card } = await asked(world, 'total sales by region');
  await view(card, 'Pie chart').click();
  await card.locator('canvas').waitFor();
  assert.equal(await view(card, 'Line chart').count(), 0);
});

test('a course over time is a line at once', demo, async (world) => {
  const { card } = await asked(world, 'total sales by month');
  const canvas = card.locator('canvas');
  await canvas.waitFor();
  assert.match(await canvas.getAttribute('aria-label'), /^Line chart/);
  assert.equal(await view(card, 'Line chart').getAttribute('aria-pressed'), 'true');
  await view(card, 'Table').click();
  assert.equal(await card.locator('tbody tr').count(), 8);
});

test('without the chart library the table says so and stays', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by region');
  await visit.context.route('**/draw-*.js', (route) => route.abort());
  await view(card, 'Bar chart').click();
  await card.locator('.result-note').filter({ hasText: 'could not be drawn' }).waitFor();
  await view(card, 'Table').click();
  await card.locator('table').waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in results and receipts, ${colorScheme}`, demo, async (world) => {
    const { card, visit } = await asked(world, 'total sales by product', {
      context: { colorScheme, reducedMotion: 'reduce' },
    });
    await assertAccessible(visit.frame(), 'table');
    await card.locator('.show-all').click();
    await card.locator('.sort').last().click();
    await card.locator('.receipt-head').click();
    await card.getByRole('button', { name: 'Run again' }).click();
    await card.locator('.outcome').waitFor();
    await assertAccessible(visit.frame(), 'everything open');
    await view(card, 'Bar chart').click();
    await card.locator('canvas').waitFor();
    await assertAccessible(visit.frame(), 'chart');
    assert.equal(await visit.frame().evaluate(() => document.getAnimations().length), 0);
  });
}

for (const width of [320, 390]) {
  test(
    `nothing scrolls sideways at ${width} px, and fingers find every button`,
    demo,
    async (world) => {
      const viewport = { width, height: 720 };
      const { card, visit } = await asked(world, 'total sales by product', {
        context: { viewport, hasTouch: true, isMobile: true },
      });
      await card.locator('.show-all').click();
      await card.locator('.receipt-head').click();
      await card.getByRole('button', { name: 'Run again' }).click();
      await card.locator('.outcome').waitFor();
      assert.deepEqual(await sideways(visit), []);
      const small = await card
        .locator('button:not(.code-head .copy)')
        .evaluateAll((all) =>
          all
            .filter((one) => one.offsetWidth < 44 || one.offsetHeight < 44)
            .map((one) => one.outerHTML.slice(0, 90)),
        );
      assert.deepEqual(small, []);
      await view(card, 'Bar chart').click();
      await card.locator('canvas').waitFor();
      assert.deepEqual(await sideways(visit), []);
    },
  );
}

test('Arabic mirrors results, their numbers and charts', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by region', { lang: 'ar' });
  const [name, sum] = await Promise.all([
    card.locator('tbody td').first().boundingBox(),
    card.locator('tbody td').nth(1).boundingBox(),
  ]);
  assert.ok(sum.x < name.x);
  await card.locator('.view').nth(1).click();
  await card.locator('canvas').waitFor();
  await card.locator('.receipt-head').click();
  await card.locator('.receipt-inside').waitFor();
  assert.equal(await card.locator('pre').getAttribute('dir'), 'ltr');
  assert.deepEqual(await sideways(visit), []);
  await assertAccessible(visit.frame(), 'Arabic');
});

test('results are printed without their buttons', demo, async (world) => {
  const { card, visit } = await asked(world, 'total sales by product');
  await card.locator('.show-all').click();
  await visit.page.emulateMedia({ media: 'print' });
  assert.equal(await card.locator('.result-tools').isVisible(), false);
  const cut = await card
    .locator('.result-table')
    .evaluate((box) => box.scrollHeight > box.clientHeight + 1);
  assert.equal(cut, false);
});
