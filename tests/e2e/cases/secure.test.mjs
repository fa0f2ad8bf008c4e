// Hostile text, hostile pages, hostile names: no script runs and nothing is asked of a stranger.

import assert from 'node:assert/strict';
import { payloads, evilHost } from '../support/payloads.mjs';
import { longTestMs, test, until } from '../support/world.mjs';

/** True if a payload got its script to run in any frame of the page. */
async function pwned(visit) {
  const seen = await Promise.all(
    visit.page.frames().map((frame) => frame.evaluate(() => window.__pwned === 1)),
  );
  return seen.some(Boolean);
}

const sinks =
  'a[href], img, script, iframe, object, embed, video, audio, link, style, form:not(.composer)';

async function assertClean(visit) {
  assert.equal(await pwned(visit), false, 'a script ran');
  assert.equal(
    await visit.panel.locator('#messages-list').locator(sinks).count(),
    0,
    'an active element',
  );
}

test('the test itself notices a script and a foreign request', async (world) => {
  const visit = await world.visit();
  world.allowed.violations = true;
  await visit.page.evaluate((host) => {
    const image = document.createElement('img');
    image.setAttribute('onerror', 'window.__pwned=1');
    image.src = `http://${host}:1/x.png`;
    document.body.append(image);
  }, evilHost);
  await until(() => pwned(visit), 'control payload');
  await until(
    () => world.watch.foreign(world.server, world.host.origin).length > 0,
    'foreign request',
  );
  world.allowed.foreign.push(`http://${evilHost}:1`);
});

const long = { timeout: longTestMs };

for (let from = 0; from < payloads.length; from += 20) {
  test(`payloads ${from} to ${from + 19} as visitor text`, long, async (world) => {
    const visit = await world.visit();
    for (const { visitor } of payloads.slice(from, from + 20)) await visit.ask(visitor);
    assert.equal(await visit.own.count(), 20);
    assert.equal(await pwned(visit), false);
    assert.equal(await visit.own.locator(sinks).count(), 0);
    await visit.page.reload();
    await visit.page.waitForFunction(() => Boolean(window.Parley));
    await visit.page.evaluate(() => window.Parley.open());
    await visit.own.nth(19).waitFor();
    assert.equal(await pwned(visit), false);
  });

  test(`payloads ${from} to ${from + 19} as model output`, long, async (world) => {
    const visit = await world.visit();
    for (let at = from; at < from + 20; at++) await visit.ask(`[[xss:${at}]]`);
    await assertClean(visit);
  });

  test(`payloads ${from} to ${from + 19} as file names`, long, async (world) => {
    const text = `${'<img src=x onerror=window.__pwned=1>'},b\n1,2\n`;
    // No more at once than a conversation can have; the same name twice is one file.
    for (let at = from; at < from + 20; at += 5) {
      const visit = await world.visit();
      const names = payloads.slice(at, at + 5).map(({ fileName }) => fileName);
      await visit.attachAll(Object.fromEntries(names.map((name) => [name, text])));
      await visit.panel.locator('.file-card, .upload-bad').first().waitFor();
      const going = visit.panel.locator('.upload:not(.upload-bad)');
      await until(async () => (await going.count()) === 0, 'uploads over');
      await assertClean(visit);
      await visit.openFiles();
      assert.equal(await visit.panel.locator('main.files').locator(sinks).count(), 0);
      assert.equal(await pwned(visit), false);
      await visit.page.close();
    }
  });
}

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
