// Hostile links, pages and messages: none has an effect. Payloads: payloads.test.mjs.

import assert from 'node:assert/strict';
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

test('ten thousand hostile messages change nothing', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  const before = await visit.panel.locator('#chatbot-container').innerText();
  // From a frame that is neither the parent nor of its origin, and from the page by wrong shapes.
  await visit.page.evaluate(async () => {
    const panel = document
      .querySelector('parley-widget')
      .shadowRoot.querySelector('iframe').contentWindow;
    const types = [
      'configure',
      'send_message',
      'clear_chat',
      'minimize',
      'parley:connect',
      'x',
      '',
      null,
      7,
      {},
    ];
    const junk = [
      null,
      1,
      '',
      'x'.repeat(2000),
      [],
      {},
      { message: 'pwn' },
      { botName: 'Evil' },
      NaN,
      { data: { data: {} } },
    ];
    const stranger = document.createElement('iframe');
    stranger.srcdoc = '<p>stranger</p>';
    document.body.append(stranger);
    await new Promise((resolve) => {
      stranger.onload = resolve;
    });
    const post = stranger.contentWindow.eval(
      '(target, message) => target.postMessage(message, "*")',
    );
    for (let at = 0; at < 10_000; at++) {
      const message =
        at % 7 === 0
          ? junk[at % junk.length]
          : { type: types[at % types.length], data: junk[(at >> 3) % junk.length] };
      if (at % 2) post(panel, message);
      else window.postMessage(message, '*');
    }
    stranger.remove();
  });
  await visit.page.waitForTimeout(300);
  assert.equal(await visit.panel.locator('#chatbot-container').innerText(), before);
  assert.equal(await visit.page.locator('parley-widget').count(), 1);
});

test('a plain panel ignores messages from strangers', async (world) => {
  const visit = await world.visit({ frame: '/static/widget/chatbot.html?config=%7B%7D' });
  await visit.panel.locator('#floating-icon').waitFor();
  await visit.page.evaluate(async () => {
    const panel = document.getElementById('plain').contentWindow;
    const stranger = document.createElement('iframe');
    stranger.setAttribute('sandbox', 'allow-scripts');
    const send =
      'for(let i=0;i<500;i++){const p=parent.frames[0];p.postMessage({type:"maximize"},"*");' +
      'p.postMessage({type:"send_message",data:{message:"pwn"}},"*")}' +
      'parent.postMessage("sent","*")';
    stranger.srcdoc = `<script>${send}</script>`;
    const sent = new Promise((resolve) =>
      addEventListener('message', (event) => event.data === 'sent' && resolve()),
    );
    document.body.append(stranger);
    await sent;
    void panel;
  });
  await visit.page.waitForTimeout(300);
  assert.equal(await visit.panel.locator('#floating-icon').count(), 1);
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

test("the host page cannot read the visitor's token", async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  const found = await visit.page.evaluate(() => {
    const frame = document.querySelector('parley-widget').shadowRoot.querySelector('iframe');
    try {
      return frame.contentWindow.document.body.innerText;
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(found, 'SecurityError');
});
