// Lines that break, stall and come back.

import assert from 'node:assert/strict';
import { longWaitMs, test, until } from '../support/world.mjs';

const sentence = 'Exact answers come from the rows themselves, and every one of them is counted. ';

test('a line cut in the middle of an answer resumes without loss', async (world) => {
  const visit = await world.visit();
  for (const deltas of [1, 7, 40]) {
    world.line.cutAfter(deltas);
    await visit.ask('[[slow]]', longWaitMs);
    assert.equal(await visit.lastText(), sentence.repeat(12).trim(), `cut after ${deltas}`);
  }
  assert.equal(world.line.cuts(), 3);
  assert.equal(await visit.own.count(), 3);
  if (world.target.fake) assert.equal([...world.target.sessions.all.values()][0].calls, 3);
});

test('a lost line is told and repaired by itself', async (world) => {
  const visit = await world.visit();
  await visit.say('[[half]]');
  await visit.state('streaming').locator('.markdown').filter({ hasText: 'rows' }).waitFor();
  world.line.down();
  await visit.panel.locator('.banner').waitFor();
  assert.match(await visit.panel.locator('#bot-status').innerText(), /Reconnecting/);
  world.line.up();
  world.target.goOn();
  await visit.done().waitFor({ timeout: longWaitMs });
  assert.equal(await visit.lastText(), sentence.repeat(12).trim());
  assert.equal(await visit.panel.locator('.banner').count(), 0);
});

test('a message that cannot be sent is kept and sent again', async (world) => {
  const visit = await world.visit();
  await visit.ask('first');
  world.line.down();
  await visit.say('second');
  await visit.state('failed').waitFor();
  assert.equal(await visit.state('failed').locator('.bubble').innerText(), 'second');
  world.line.up();
  await visit.panel.locator('.action-retry').click();
  await visit.done().nth(1).waitFor();
  assert.match(await visit.lastText(), /second/);
});

test('messages written offline go out in order when the line is back', async (world) => {
  const visit = await world.visit();
  await visit.ask('first');
  await visit.context.setOffline(true);
  await visit.panel.locator('.banner').waitFor();
  await visit.say('second');
  await visit.say('third');
  assert.equal(await visit.state('queued').count(), 2);
  await visit.context.setOffline(false);
  await visit.done().nth(2).waitFor();
  const texts = await visit.own.locator('.bubble').allInnerTexts();
  assert.deepEqual(texts, ['first', 'second', 'third']);
});

test('an unsent message survives a reload', async (world) => {
  const visit = await world.visit();
  await visit.ask('first');
  world.line.down();
  await visit.say('second');
  await visit.state('failed').waitFor();
  world.line.up();
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.own.nth(1).waitFor();
  assert.equal(await visit.own.nth(1).locator('.bubble').innerText(), 'second');
});

test(
  'a server in pieces of one byte is understood',
  { fakeOnly: true, target: { oneByteWrites: true } },
  async (world) => {
    const visit = await world.visit();
    await visit.ask('Grüße 👋🏽 [[table]]');
    assert.equal(await visit.panel.locator('tbody tr').count(), 3);
  },
);

test('a chat that cannot start says so and starts on request', async (world) => {
  world.line.down();
  const context = await world.context();
  world.line.up();
  let broken = true;
  // A refusal, which is not tried again unasked.
  await context.route('**/api/sessions/bot-config', (route) =>
    broken ? route.fulfill({ status: 403, json: { error: 'Not yet' } }) : route.continue(),
  );
  const visit = await world.visit({}, context);
  await visit.panel.locator('.banner-bad').waitFor();
  broken = false;
  await visit.panel.locator('.banner-bad .button').click();
  await until(async () => (await visit.panel.locator('.banner-bad').count()) === 0, 'banner gone');
  await visit.ask('hello');
});

test('too many messages and a busy server are told kindly', { fakeOnly: true }, async (world) => {
  const visit = await world.visit();
  world.target.options.failNext = {
    status: 429,
    body: { error: 'Rate limit exceeded', details: 'x' },
  };
  await visit.say('hello');
  await visit.panel.locator('.failure').waitFor();
  assert.match(await visit.panel.locator('.failure p').first().innerText(), /very quickly/);
  await visit.panel.locator('.failure summary').click();
  assert.match(await visit.panel.locator('.failure details').innerText(), /req-/);
  await visit.panel.locator('.action-retry').click();
  await visit.done().waitFor();
});

test('a chat that could not start recovers by itself and loses nothing', async (world) => {
  const context = await world.context();
  let broken = null;
  await context.route('**/api/sessions/bot-config', (route) => {
    if (broken === 'refused') return route.abort('connectionrefused');
    return broken ? route.fulfill({ status: 503, json: { error: 'Busy' } }) : route.continue();
  });
  const visit = await world.visit({}, context);
  await visit.ask('first');
  const reload = async () => {
    await visit.page.reload();
    await visit.page.waitForFunction(() => Boolean(window.Parley));
    await visit.page.evaluate(() => window.Parley.open());
    await visit.panel.locator('.banner-bad').waitFor();
  };
  broken = 'refused';
  await reload();
  await visit.say('second');
  await visit.state('queued').waitFor();
  broken = 'busy';
  await reload();
  await visit.say('third');
  await visit.state('queued').waitFor();
  broken = null;
  await visit.done().nth(2).waitFor();
  assert.deepEqual(await visit.own.locator('.bubble').allInnerTexts(), [
    'first',
    'second',
    'third',
  ]);
  assert.equal(await visit.panel.locator('.banner').count(), 0);
  assert.doesNotMatch(await visit.panel.locator('#bot-status').innerText(), /Reconnecting/);
});

test('without the code that sends, the text stays in the composer', async (world) => {
  const context = await world.context();
  let broken = true;
  await context.route('**/talk-*.js', (route) => (broken ? route.abort() : route.continue()));
  const visit = await world.visit({}, context);
  await visit.panel.locator('.banner-bad').waitFor();
  await visit.input.fill('not lost');
  await visit.input.press('Enter');
  assert.equal(await visit.input.inputValue(), 'not lost');
  broken = false;
  await until(async () => (await visit.panel.locator('.banner-bad').count()) === 0, 'started');
  await visit.input.press('Enter');
  await visit.done().waitFor();
});

test('code that the browser will not ask for again is had by a new page', async (world) => {
  const context = await world.context();
  let pages = 0;
  await context.route('**/chatbot.html*', (route) => {
    pages += 1;
    return route.continue();
  });
  await context.route('**/talk-*.js', (route) => (pages > 1 ? route.continue() : route.abort()));
  const visit = await world.visit({}, context);
  await visit.panel.locator('.banner-bad').waitFor();
  await visit.input.fill('not lost');
  await until(async () => pages === 2, 'a new page');
  await until(async () => (await visit.panel.locator('.banner-bad').count()) === 0, 'started');
  assert.equal(await visit.input.inputValue(), 'not lost');
  await visit.input.press('Enter');
  await visit.done().waitFor();
  assert.equal(pages, 2);
});

test('a new page is tried once', async (world) => {
  const context = await world.context();
  let pages = 0;
  let tries = 0;
  await context.route('**/chatbot.html*', (route) => {
    pages += 1;
    return route.continue();
  });
  await context.route('**/talk-*.js', (route) => {
    tries += 1;
    return route.abort();
  });
  await world.visit({}, context);
  await until(async () => tries === 8, 'four tries of each page');
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(pages, 2);
});
