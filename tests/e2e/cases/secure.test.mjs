// Hostile links, pages and messages: none has an effect. Payloads: payloads.test.mjs.

import assert from 'node:assert/strict';
import { fuzz, strangerScript } from '../support/hostile_messages.mjs';
import { startHostPages } from '../support/host_pages.mjs';
import { test } from '../support/world.mjs';

test('only links the site or the visitor named can be clicked', async (world) => {
  const visit = await world.visit();
  await visit.ask('see visitor-said.example [[links]]');
  const links = await visit.panel
    .locator('.markdown a')
    .evaluateAll((all) => all.map((link) => [link.href, link.rel, link.target]));
  assert.deepEqual(links, [
    ['https://visitor-said.example/x', 'noopener noreferrer nofollow', '_blank'],
  ]);
  assert.match(await visit.lastText(), /click \(https:\/\/evil\.example\/\?q=1\)/);
});

/** What a message might have changed: the panel, what is stored, the launcher, the page, requests. */
async function state(world, visit) {
  const panel = await visit.frame().evaluate(() => {
    const kept = (open) => {
      try {
        return JSON.stringify({ ...open() });
      } catch {
        return document.cookie;
      }
    };
    const { innerText, outerHTML } = document.querySelector('#root');
    return [innerText, outerHTML, kept(() => localStorage), kept(() => sessionStorage)];
  });
  const page = await visit.page.evaluate(() => {
    const box = document.querySelector('parley-widget')?.shadowRoot.querySelector('div');
    const bare = (html) => html?.replace(/<iframe.*?<\/iframe>/gs, '');
    return [document.title, bare(box?.outerHTML), window.told, Object.keys(window).length];
  });
  return { panel, page, requests: world.watch.requests.length };
}

test('ten thousand hostile messages change nothing', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  await visit.page.evaluate(() => {
    window.told = [];
    for (const name of ['ready', 'open', 'close', 'message', 'unread', 'error'])
      window.Parley.on(name, (data) => window.told.push([name, data]));
    window.stranger = document.body.appendChild(document.createElement('iframe'));
  });
  const before = await state(world, visit);
  // To the panel from a frame that is not its parent, and to the loader from its own page.
  await visit.page.evaluate((source) => {
    const { contentWindow } = window.stranger;
    const shadow = document.querySelector('parley-widget').shadowRoot;
    contentWindow.eval(`window.fuzz = ${source}`);
    contentWindow.fuzz(shadow.querySelector('iframe').contentWindow, 5000, 1);
    contentWindow.fuzz(window, 2500, 2);
    window.eval(`(${source})(window, 2500, 3)`);
  }, String(fuzz));
  await visit.page.waitForTimeout(300);
  assert.deepEqual(await state(world, visit), before);
});

test('a plain panel ignores ten thousand messages from strangers', async (world) => {
  const before =
    "addEventListener('message', ({ data }) => (window.ready ||= data?.type === 'widget_ready'))";
  const visit = await world.visit({ frame: '/static/widget/chatbot.html?config=%7B%7D', before });
  await visit.panel.locator('#floating-icon').waitFor();
  await visit.page.waitForFunction(() => window.ready);
  const site = await startHostPages('stranger.localhost');
  world.allowed.foreign.push(site.origin);
  try {
    const addStranger = (attributes) =>
      visit.page.evaluate(async (fields) => {
        const said = new Promise((resolve) => {
          addEventListener('message', ({ data }) => data === 'fuzzed' && resolve());
        });
        document.body.append(Object.assign(document.createElement('iframe'), fields));
        await said;
      }, attributes);
    const idle = await state(world, visit);
    const source = `<script>${strangerScript(5000, 4)}</script>`;
    await addStranger({ sandbox: 'allow-scripts', srcdoc: source });
    await addStranger({ src: site.url({ tags: [], before: strangerScript(5000, 5) }) });
    await visit.page.waitForTimeout(300);
    const after = await state(world, visit);
    assert.deepEqual(after.panel, idle.panel);
    const asked = world.watch.requests.slice(idle.requests);
    assert.deepEqual(
      asked.filter((url) => url.startsWith(world.server)),
      [],
    );
  } finally {
    await site.close();
  }
  // The judge is not blind: its own page is heard.
  await visit.page.evaluate(() => {
    const { origin } = new URL(document.getElementById('plain').src);
    window.frames[0].postMessage({ type: 'maximize' }, origin);
  });
  await visit.panel.locator('#message-input').waitFor();
});

test("the panel's policy is strict and nothing breaks it", async (world) => {
  const answer = await fetch(`${world.server}/static/widget/chatbot.html`);
  const policy = answer.headers.get('content-security-policy');
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    assert.ok(policy.includes(part), part);
  }
  assert.doesNotMatch(policy, /unsafe/);
  const html = await answer.text();
  assert.doesNotMatch(html, /<script(?![^>]*src=)|\sstyle=|\son\w+=/);
  const visit = await world.visit();
  await visit.ask('[[table]]');
});
