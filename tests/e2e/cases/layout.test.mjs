// The panel at every size, direction and theme: nothing scrolls sideways, nothing is cut off.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertWhole, sideways } from '../support/layout.mjs';
import { test, until } from '../support/world.mjs';

const orders = readFileSync(
  new URL('../../../widget/dist/demo/orders.csv', import.meta.url),
  'utf8',
);

for (const width of [320, 390, 1280]) {
  test(`long words, tables and files fit ${width} px`, async (world) => {
    const visit = await world.visit({ context: { viewport: { width, height: 640 } } });
    await visit.ask(`${'Donaudampfschifffahrt'.repeat(12)} [[wide]]`);
    await visit.ask('[[table]]');
    await visit.attach(`${'long-name-'.repeat(15)}.csv`, orders);
    await visit.panel.locator('.file-card').waitFor();
    assert.deepEqual(await sideways(visit), []);
    const page = await visit.page.evaluate(
      () => document.documentElement.scrollWidth <= window.innerWidth,
    );
    assert.equal(page, true);
  });
}

test('on a phone the panel fills the screen, safe from zoom on focus', async (world) => {
  const viewport = { width: 390, height: 780 };
  const visit = await world.visit({ context: { viewport, hasTouch: true, isMobile: true } });
  await until(async () => {
    const box = await visit.page.locator('parley-widget iframe').boundingBox();
    return box.width === 390 && box.height === 780 && box.x === 0;
  }, 'full screen');
  const size = await visit.input.evaluate((box) => parseFloat(getComputedStyle(box).fontSize));
  assert.ok(size >= 16);
  const small = await visit
    .frame()
    .evaluate(() =>
      [...document.querySelectorAll('button:not(.copy)')]
        .filter((one) => one.offsetParent && (one.offsetWidth < 44 || one.offsetHeight < 44))
        .map((one) => one.outerHTML.slice(0, 80)),
    );
  assert.deepEqual(small, []);
});

test('the composer stays above an open keyboard', async (world) => {
  const visit = await world.visit({
    context: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
  });
  await visit.ask('hello');
  await visit.page.setViewportSize({ width: 390, height: 400 });
  await until(async () => {
    const box = await visit.input.boundingBox();
    return box.y + box.height <= 400;
  }, 'composer visible');
});

test('Arabic mirrors the panel', async (world) => {
  const visit = await world.visit({ lang: 'ar' });
  assert.equal(await visit.panel.locator('html').getAttribute('dir'), 'rtl');
  await visit.ask('[[arabic]]');
  const own = await visit.own.locator('.bubble').boundingBox();
  const answer = await visit.answers.locator('.bubble').boundingBox();
  assert.ok(own.x < answer.x);
  assert.deepEqual(await sideways(visit), []);
});

test("dark follows the system and the visitor's choice wins", async (world) => {
  const visit = await world.visit({ context: { colorScheme: 'dark' } });
  const theme = () => visit.panel.locator('html').getAttribute('data-theme');
  assert.equal(await theme(), 'dark');
  await visit.panel.locator('#menu-btn').click();
  await visit.panel.locator('#pick-theme').selectOption('light');
  assert.equal(await theme(), 'light');
});

test('a chosen language is used at once and remembered', async (world) => {
  const visit = await world.visit();
  for (const [lang, text] of [
    ['de', 'Wie kann ich helfen'],
    ['zh', '有什么可以帮您'],
    ['fr', 'Comment puis-je aider'],
    ['es', 'En qué puedo ayudarte'],
  ]) {
    if ((await visit.panel.locator('#menu').count()) === 0)
      await visit.panel.locator('#menu-btn').click();
    await visit.panel.locator('#pick-language').selectOption(lang);
    await visit.panel.locator('.empty h2').filter({ hasText: text }).waitFor();
  }
});

test('the view stays with a reader who scrolled up', async (world) => {
  const visit = await world.visit();
  await visit.ask('[[long]]');
  const top = () => visit.panel.locator('.stream').evaluate((box) => box.scrollTop);
  const end = () =>
    visit.panel
      .locator('.stream')
      .evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
  await until(async () => (await end()) < 4, 'at the end');
  await visit.say('[[half]]');
  await visit.state('streaming').waitFor();
  await visit.panel.locator('.stream').evaluate((box) => {
    box.scrollTop = 0;
  });
  world.target.goOn();
  await visit.panel.locator('.pill').waitFor();
  assert.ok((await top()) < 10);
  await visit.panel.locator('.pill').click();
  await until(async () => (await end()) < 4, 'back at the end');
  await visit.done().nth(1).waitFor();
  await until(async () => (await end()) < 4, 'still at the end');
});

test('the whole conversation can be printed', async (world) => {
  const visit = await world.visit();
  await visit.ask('[[table]]');
  const page = await visit.context.newPage();
  await page.goto(`${world.server}/static/widget/chatbot.html`);
  await page.locator('#message-input').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.foot').isVisible(), false);
});

for (const [width, height] of [
  [640, 360],
  [844, 390],
  [640, 400],
]) {
  test(`${width} × ${height}: the panel fills the screen and starts at its start`, async (world) => {
    const visit = await world.visit({ context: { viewport: { width, height } } });
    await until(async () => {
      const box = await visit.page.locator('parley-widget iframe').boundingBox();
      return box.width === width && box.height === height && box.x === 0 && box.y === 0;
    }, 'full screen');
    await visit.panel.locator('.empty h2').waitFor();
    const top = () => visit.panel.locator('.stream').evaluate((box) => box.scrollTop);
    await visit.input.fill('one\ntwo\nthree');
    assert.equal(await top(), 0);
    await assertWhole(visit, 'empty');
    await visit.ask('[[long]]');
    const end = () =>
      visit.panel
        .locator('.stream')
        .evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
    await until(async () => (await end()) < 4, 'at the end');
    await visit.page.evaluate(() => window.Parley.close());
  });
}

test('a composer that grows is nothing new', async (world) => {
  const visit = await world.visit();
  await visit.ask('[[long]]');
  await visit.panel.locator('.stream').evaluate((box) => {
    box.scrollTop = 0;
  });
  const high = () => visit.input.evaluate((box) => box.offsetHeight);
  const before = await high();
  await visit.input.fill('one\ntwo\nthree\nfour');
  await until(async () => (await high()) > before, 'a higher composer');
  await visit
    .frame()
    .evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  assert.equal(await visit.panel.locator('.pill').count(), 0);
});
