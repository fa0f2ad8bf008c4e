// Opening, asking, stopping, retrying, reloading: what every visitor does.

import assert from 'node:assert/strict';
import { test, until } from '../support/world.mjs';

test('opens, streams markdown and closes again', async (world) => {
  const visit = await world.visit();
  await until(
    () => visit.frame().evaluate(() => document.activeElement.id === 'message-input'),
    'focus in the composer',
  );
  await visit.say('Totals? [[table]]');
  await visit.panel.locator('table').waitFor();
  await visit.done().waitFor();
  assert.equal(await visit.panel.locator('tbody tr').count(), 3);
  assert.match(await visit.panel.locator('pre').innerText(), /^SELECT city/);
  assert.equal(await visit.panel.locator('.markdown ol > li').count(), 2);
  await visit.input.press('Escape');
  await until(
    () => visit.page.evaluate(() => document.activeElement.localName === 'parley-widget'),
    'focus on launcher',
  );
});

test('typing dots show only before the first words', async (world) => {
  const visit = await world.visit();
  await visit.say('[[wait]]');
  await visit.panel.locator('#typing-indicator').waitFor();
  world.target.goOn();
  await visit.done().waitFor();
  assert.equal(await visit.panel.locator('#typing-indicator').count(), 0);
  assert.equal(await visit.lastText(), 'Here I am.');
});

test('stop keeps what was said; retry replaces it', async (world) => {
  const visit = await world.visit();
  await visit.say('[[half]]');
  await visit.state('streaming').locator('.markdown').filter({ hasText: 'rows' }).waitFor();
  await visit.panel.locator('#send-btn').click();
  await visit.state('stopped').waitFor();
  const said = await visit.lastText();
  assert.ok(said.startsWith('Exact answers') && said.length < 800);
  await visit.panel.locator('.action-retry').click();
  await visit.state('streaming').waitFor();
  await visit.panel.locator('#send-btn').click();
  await visit.state('stopped').waitFor();
  assert.equal(await visit.answers.count(), 1);
  assert.equal(await visit.own.count(), 1);
});

test('a failed answer says what to do and is asked again', async (world) => {
  const visit = await world.visit();
  await visit.say('[[fail]]');
  const failure = visit.panel.locator('.failure');
  await failure.waitFor();
  assert.doesNotMatch(await failure.locator('p').first().innerText(), /\d|error/i);
  assert.equal(await visit.own.locator('.bubble').innerText(), '[[fail]]');
  const said = await failure.locator('p').first().innerText();
  const asked = visit.page.waitForResponse(
    (response) => /\/api\/chat\/message$/.test(response.url()) && response.status() === 200,
  );
  await visit.panel.locator('.action-retry').click();
  await asked;
  await failure.waitFor();
  assert.equal(await failure.locator('p').first().innerText(), said);
  assert.equal(await visit.own.count(), 1);
});

test('the question of a failed answer survives a reload', async (world) => {
  const visit = await world.visit();
  await visit.ask('first');
  await visit.say('[[fail]]');
  await visit.panel.locator('.failure').waitFor();
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.panel.locator('.failure').waitFor();
  assert.deepEqual(await visit.own.locator('.bubble').allInnerTexts(), ['first', '[[fail]]']);
  const asked = visit.page.waitForResponse(
    (response) => /\/api\/chat\/message$/.test(response.url()) && response.status() === 200,
  );
  await visit.panel.locator('.action-retry').click();
  await asked;
  await visit.panel.locator('.failure').waitFor();
  assert.equal(await visit.own.count(), 2);
});

test('an answer that breaks off keeps what was read', { fakeOnly: true }, async (world) => {
  const visit = await world.visit();
  await visit.say('[[broken]]');
  await visit.panel.locator('.failure').waitFor();
  assert.equal(await visit.lastText(), 'This answer breaks in the middle');
  assert.equal(await visit.panel.locator('.ending').innerText(), 'The answer was cut off.');
  await visit.panel.locator('.action-retry').click();
  await visit.panel.locator('.failure').waitFor();
  assert.equal(await visit.answers.count(), 1);
});

test('messages written during an answer wait and go out in order', async (world) => {
  const visit = await world.visit();
  await visit.say('first [[wait]]');
  await visit.say('second');
  await visit.say('third');
  await visit.state('queued').nth(1).waitFor();
  world.target.goOn();
  await visit.done().nth(2).waitFor();
  const texts = await visit.panel.locator('.row .bubble').allInnerTexts();
  assert.deepEqual(
    texts.map((text) => text.split(/[ .]/).slice(0, 3).join(' ')),
    ['first [[wait]]', 'Here I am', 'second', 'You said: second', 'third', 'You said: third'],
  );
});

test('a reload brings back the conversation, the draft and the theme', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello there');
  await visit.input.fill('half a thought');
  await visit.panel.locator('#menu-btn').click();
  await visit.panel.locator('#pick-theme').selectOption('dark');
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.done().waitFor();
  assert.match(await visit.lastText(), /You said: hello there/);
  assert.equal(await visit.input.inputValue(), 'half a thought');
  assert.equal(await visit.panel.locator('html').getAttribute('data-theme'), 'dark');
});

test('a reload in the middle of an answer goes on with it', async (world) => {
  const visit = await world.visit();
  await visit.say('[[half]]');
  await visit.state('streaming').locator('.markdown').filter({ hasText: 'counted' }).waitFor();
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.state('streaming').waitFor();
  world.target.goOn();
  await visit.done().waitFor();
  const sentence =
    'Exact answers come from the rows themselves, and every one of them is counted. ';
  assert.equal(await visit.lastText(), sentence.repeat(12).trim());
  assert.equal(await visit.own.count(), 1);
  assert.equal(await visit.answers.count(), 1);
});

test('a second tab shows the conversation and follows a running answer', async (world) => {
  const first = await world.visit();
  await first.ask('hello');
  const second = await world.visit({}, first.context);
  await second.done().waitFor();
  await first.say('[[half]]');
  await second.state('streaming').waitFor();
  world.target.goOn();
  await second.done().nth(1).waitFor();
  await first.done().nth(1).waitFor();
  assert.equal(await second.lastText(), await first.lastText());
  assert.equal(await second.own.count(), 2);
});

test(
  'in production a tab without the token gets it from its sibling',
  { fakeOnly: true, target: { production: true } },
  async (world) => {
    const first = await world.visit();
    await first.ask('hello');
    const second = await world.visit({}, first.context);
    await second.done().waitFor();
    assert.match(await second.lastText(), /hello/);
  },
);

test('a session the server forgot is replaced silently', { fakeOnly: true }, async (world) => {
  const visit = await world.visit();
  await visit.ask('before');
  world.target.sessions.all.clear();
  await visit.ask('after');
  assert.match(await visit.lastText(), /after/);
  assert.equal(await visit.panel.locator('.failure').count(), 0);
});

test('clearing asks first and empties the conversation', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  await visit.panel.locator('#menu-btn').click();
  await visit.panel.getByRole('button', { name: 'Clear conversation' }).click();
  const cleared = visit.page.waitForEvent('requestfinished', (request) =>
    /\/api\/chat\/history\//.test(request.url()),
  );
  await visit.panel.getByRole('button', { name: 'Clear', exact: true }).click();
  await visit.panel.locator('.empty').waitFor();
  await cleared;
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.panel.locator('.empty').waitFor();
});

test('clearing keeps the files, in every tab, and says so before', async (world) => {
  const first = await world.visit();
  await first.attach('orders.csv', 'city,total\nBerlin,12\n');
  await first.panel.locator('.file-card').waitFor();
  await first.ask('hello');
  const second = await world.visit({}, first.context);
  await second.done().waitFor();
  await second.panel.locator('.file-card').waitFor();
  await first.panel.locator('#menu-btn').click();
  await first.panel.getByRole('button', { name: 'Clear conversation' }).click();
  assert.match(await first.panel.locator('.menu-ask').innerText(), /files stay/);
  await first.panel.getByRole('button', { name: 'Clear', exact: true }).click();
  for (const visit of [first, second]) {
    await until(async () => (await visit.own.count()) === 0, 'conversation cleared');
    assert.equal(await visit.panel.locator('.file-card').count(), 1);
  }
  await first.panel.locator('#menu-btn').click();
  assert.ok(await first.panel.getByRole('button', { name: 'Clear conversation' }).isDisabled());
});

test('unread answers are counted on the launcher', async (world) => {
  const visit = await world.visit();
  await visit.say('[[wait]]');
  await visit.page.evaluate(() => window.Parley.close());
  world.target.goOn();
  await until(
    () =>
      visit.page.evaluate(
        () =>
          document.querySelector('parley-widget').shadowRoot.querySelector('.n').textContent ===
          '1',
      ),
    'badge',
  );
  await visit.page.evaluate(() => window.Parley.open());
  await until(
    () =>
      visit.page.evaluate(
        () =>
          document.querySelector('parley-widget').shadowRoot.querySelector('.n').textContent === '',
      ),
    'no badge',
  );
});

test('starter questions are sent with one press', async (world) => {
  const visit = await world.visit();
  await visit.panel.locator('.starter').first().click();
  await visit.done().waitFor();
  assert.equal(await visit.own.count(), 1);
});

test('answers are announced in sentences, not in tokens', async (world) => {
  const visit = await world.visit();
  await visit.ask('[[fast]]');
  // What announces is loaded with the first answer and may come after its end.
  await visit.panel.locator('#announcer p').last().waitFor({ state: 'attached' });
  const lines = await visit.panel.locator('#announcer p').allInnerTexts();
  assert.ok(lines.length >= 1 && lines.length <= 4, `${lines.length} announcements`);
  assert.ok(lines.every((line) => /[.!?]$/.test(line)));
});

test('that an answer was stopped is announced', async (world) => {
  const visit = await world.visit();
  await visit.say('[[half]]');
  await visit.state('streaming').locator('.markdown').filter({ hasText: 'rows' }).waitFor();
  await visit.panel.locator('#send-btn').click();
  await visit.state('stopped').waitFor();
  const line = visit.panel.locator('#announcer p').filter({ hasText: /^Stopped$/ });
  await line.waitFor({ state: 'attached' });
});
