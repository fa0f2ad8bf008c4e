// Copying, where a browser offers its clipboard and where it does not.

import assert from 'node:assert/strict';
import { send, test, until } from '../support/world.mjs';

/** Copies the last answer and gives what a paste into the composer brings. */
async function copied(visit) {
  await visit.panel.locator('.copy-message').last().click();
  await visit.panel.locator('.copy-message.copied').waitFor();
  await visit.input.fill('');
  await visit.input.press('Control+v');
  return visit.input.inputValue();
}

/** What a page without TLS has. */
const noClipboard = () =>
  Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined });

test('an answer is copied', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  assert.match(await copied(visit), /You said: hello/);
});

test('an answer is copied without a clipboard of the browser', async (world) => {
  const visit = await world.visit();
  await visit.context.addInitScript(noClipboard);
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.ask('over http');
  assert.match(await copied(visit), /You said: over http/);
});

test('an answer is copied in a frame that may not write', async (world) => {
  const visit = await world.visit({ frame: '/static/widget/chatbot.html' });
  await visit.panel.locator('#floating-icon').click();
  await send(visit.input, 'in a frame');
  await visit.done().waitFor();
  assert.match(await copied(visit), /You said: in a frame/);
});

test('what cannot be copied is told', async (world) => {
  const visit = await world.visit();
  await visit.context.addInitScript(noClipboard);
  await visit.context.addInitScript(() => {
    Document.prototype.execCommand = () => false;
  });
  await visit.page.reload();
  await visit.page.waitForFunction(() => Boolean(window.Parley));
  await visit.page.evaluate(() => window.Parley.open());
  await visit.ask('hello');
  const button = visit.panel.locator('.copy-message').last();
  await button.click();
  const line = visit.panel.locator('#announcer p').filter({ hasText: 'could not be copied' });
  await line.waitFor({ state: 'attached' });
  assert.equal(await visit.panel.locator('.copied').count(), 0);
  await until(
    () => button.evaluate((one) => one === document.activeElement),
    'the focus where it was',
  );
});
