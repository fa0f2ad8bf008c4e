// Without a mouse, without sight, without motion: every state passes axe, and all of it can be
// reached and left by keyboard.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertAccessible } from '../support/axe.mjs';
import { longTestMs, test, until } from '../support/world.mjs';

const orders = readFileSync(
  new URL('../../../widget/dist/demo/orders.csv', import.meta.url),
  'utf8',
);

const states = {
  empty: async () => {},
  streaming: async (visit) => {
    await visit.say('[[half]]');
    await visit.state('streaming').waitFor();
  },
  waiting: async (visit) => {
    await visit.say('[[wait]]');
    await visit.panel.locator('#typing-indicator').waitFor();
  },
  'table and code': (visit) => visit.ask('[[table]]'),
  links: (visit) => visit.ask('see visitor-said.example [[links]]'),
  failure: async (visit) => {
    await visit.say('[[fail]]');
    await visit.panel.locator('.failure').waitFor();
    await visit.panel.locator('.failure summary').click();
  },
  stopped: async (visit) => {
    await visit.say('[[half]]');
    await visit.state('streaming').waitFor();
    await visit.panel.locator('#send-btn').click();
    await visit.state('stopped').waitFor();
  },
  file: async (visit) => {
    await visit.attach('orders.csv', orders);
    await visit.panel.locator('.file-card').waitFor();
  },
  'refused file': async (visit) => {
    await visit.attach('x.pdf', 'x');
    await visit.panel.locator('.upload-bad').waitFor();
  },
  menu: async (visit) => {
    await visit.panel.locator('#menu-btn').click();
    await visit.panel.locator('#menu').waitFor();
  },
  'too long': async (visit) => {
    await visit.input.fill('x'.repeat(1200));
    await visit.panel.locator('#too-long').waitFor();
  },
  offline: async (visit) => {
    await visit.ask('hello');
    await visit.context.setOffline(true);
    await visit.say('later');
    await visit.panel.locator('.banner').waitFor();
  },
};

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in any state, ${colorScheme}`, { timeout: longTestMs }, async (world) => {
    const context = await world.context({ colorScheme, reducedMotion: 'reduce' });
    for (const [name, reach] of Object.entries(states)) {
      const visit = await world.visit({ tags: [{ 'data-id': name.replace(/ /g, '-') }] }, context);
      await reach(visit);
      await assertAccessible(visit.frame(), `${name}, ${colorScheme}`);
      await context.setOffline(false);
      await visit.page.close();
    }
  });
}

for (const color of ['#ffffff', '#000000', '#ffeb00']) {
  test(`axe finds nothing with the brand colour ${color}`, async (world) => {
    const visit = await world.visit({ tags: [{ 'data-color': color }] });
    await visit.ask('[[table]]');
    await visit.attach('orders.csv', orders);
    await visit.panel.locator('.file-card').waitFor();
    await assertAccessible(visit.frame(), color);
  });
}

test('axe finds nothing in the files view, in Arabic, and on the demo page', async (world) => {
  const visit = await world.visit({ lang: 'ar' });
  await visit.attach('orders.csv', orders);
  await visit.panel.locator('.file-card').waitFor();
  await visit.panel.locator('#menu-btn').click();
  await visit.panel.locator('#menu button').first().click();
  await visit.panel.locator('.files .file-item').waitFor();
  await assertAccessible(visit.frame(), 'files');
  const page = await visit.context.newPage();
  await page.goto(`${world.server}/`);
  await page.waitForFunction(() => Boolean(window.Parley));
  await assertAccessible(page.mainFrame(), 'demo');
});

test('everything can be done by keyboard alone', async (world) => {
  const visit = await world.visit({ closed: true });
  const press = (key) => visit.page.keyboard.press(key);
  const focused = () =>
    visit.frame().evaluate(() => document.hasFocus() && document.activeElement.id);
  await visit.page.locator('#host-button').focus();
  await press('Tab');
  await press('Enter');
  await visit.panel.locator('#message-input').waitFor();
  await until(async () => (await focused()) === 'message-input', 'focus in the composer');
  await visit.page.keyboard.type('one');
  await press('Shift+Enter');
  await visit.page.keyboard.type('two');
  await press('Enter');
  await visit.done().waitFor();
  assert.equal(await visit.own.locator('.bubble').innerText(), 'one\ntwo');
  await press('Shift+Tab');
  await until(async () => (await focused()) === 'attach-btn', 'focus on the way back');
  await visit.panel.locator('#menu-btn').focus();
  await until(async () => (await focused()) === 'menu-btn', 'focus on the menu button');
  await press('Enter');
  await visit.panel.locator('#menu').waitFor();
  await press('Escape');
  await until(async () => (await focused()) === 'menu-btn', 'focus back on the menu button');
  await press('Escape');
  await until(
    () => visit.page.evaluate(() => document.activeElement.localName === 'parley-widget'),
    'launcher',
  );
  assert.equal(
    await visit.page.evaluate(() =>
      document.activeElement.shadowRoot.activeElement.getAttribute('aria-expanded'),
    ),
    'false',
  );
});

test('reduced motion is respected', async (world) => {
  const visit = await world.visit({ context: { reducedMotion: 'reduce' } });
  await visit.ask('hello');
  assert.equal(await visit.frame().evaluate(() => document.getAnimations().length), 0);
});

test('what vanishes when it is pressed hands the focus on', async (world) => {
  const visit = await world.visit();
  const focused = (name) =>
    until(
      () => visit.frame().evaluate((id) => document.activeElement.id === id, name),
      `focus on ${name}`,
    );
  await visit.panel.locator('.starter').first().press('Enter');
  await visit.done().waitFor();
  await focused('message-input');
  await visit.say('[[half]]');
  await visit.state('streaming').waitFor();
  await visit.panel.locator('#send-btn').click();
  await visit.state('stopped').waitFor();
  await visit.panel.locator('.action-retry').press('Enter');
  await visit.state('streaming').waitFor();
  await focused('message-input');
  world.target.goOn();
  await visit.done().nth(1).waitFor();
  await visit.panel.locator('#menu-btn').click();
  const clear = visit.panel.getByRole('button', { name: 'Clear conversation' });
  await clear.press('Enter');
  await visit.panel.getByRole('button', { name: 'Cancel' }).press('Enter');
  await until(
    () => clear.evaluate((row) => row === document.activeElement),
    'focus back on the row that asked',
  );
});

test('on a touch screen no keyboard opens by itself', async (world) => {
  const viewport = { width: 390, height: 780 };
  const visit = await world.visit({ context: { viewport, hasTouch: true, isMobile: true } });
  await visit.panel.locator('.starter').first().tap();
  await visit.done().waitFor();
  await until(
    () => visit.frame().evaluate(() => document.activeElement.matches('.stream')),
    'focus in the conversation',
  );
});
