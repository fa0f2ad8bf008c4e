// A stranger's site in the visitor's own browser, which even knows the id of the conversation, wants
// to read it or to speak in it: by panels of its own, by messages, by requests.

import assert from 'node:assert/strict';
import { startHostPages } from '../support/host_pages.mjs';
import { test, until } from '../support/world.mjs';

const secret = 'the safe opens with 4711';
const panel = '/static/widget/chatbot.html';
const planted = 'planted by a stranger';

/** A conversation with the secret on site A, where tokens are demanded, and what is known of it. */
async function victim(world) {
  await world.target.operator('PUT', '/tenants/localhost', {
    settings: { openness: { visitorTokenRequired: true } },
  });
  const context = await world.context();
  const created = context.waitForEvent('response', (one) => one.url().endsWith('/sessions/create'));
  const before = "addEventListener('message', (event) => (window.heard ??= []).push(event.data))";
  const visit = await world.visit({ before }, context);
  await visit.page.evaluate(() => {
    window.told = [];
    for (const name of ['ready', 'message', 'unread', 'error'])
      window.Parley.on(name, (data) => window.told.push(data));
  });
  await visit.ask(secret);
  const { sessionId, visitorToken } = await (await created).json();
  assert.ok(visitorToken.length >= 43);
  return { visit, context, id: sessionId, token: visitorToken };
}

/** Requests of a page of site B; each gives what the page could read. */
const requests = (id) => {
  const json = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ sessionId: id, message: planted });
  const reads = ['sessions', 'chat/history', 'chat/stream', 'files/list', 'files/info'].map(
    (one) => [`/api/${one}/${id}`, {}],
  );
  return [
    ...reads,
    [`/api/sessions/${id}`, { credentials: 'include' }],
    [`/api/sessions/${id}`, { headers: { Authorization: 'Bearer guess' } }],
    [`/api/sessions/${id}`, { headers: { Authorization: `Bearer ${id}` } }],
    [`/api/sessions/${id}?token=${id}`, {}],
    ['/api/chat/message', { method: 'POST', headers: json, body }],
    ['/api/chat/message', { method: 'POST', body, mode: 'no-cors' }],
    [`/api/sessions/${id}/config`, { method: 'PUT', headers: json, body: '{"config":{"a":1}}' }],
    [`/api/chat/history/${id}`, { method: 'DELETE' }],
    [`/api/chat/stop/${id}`, { method: 'POST' }],
  ];
};

/** Panels that a page of site B makes: their address, and the attributes of their frame. */
const frames = (id) => [
  [panel, ''],
  [`${panel}?embed=loader&id=default`, ''],
  [`${panel}?config=${encodeURIComponent(JSON.stringify({ sessionId: id, session: id }))}`, ''],
  [`${panel}?sessionId=${id}#${id}`, ''],
  [`/widget/chatbot.html?id=${id}`, ''],
  [panel, 'credentialless'],
  // Without an origin of its own it is not even drawn.
  [panel, 'sandbox="allow-scripts"'],
];

/** All texts in the frames of a page. */
async function shown(page) {
  const texts = page.frames().map((one) =>
    one
      .locator('body')
      .innerText()
      .catch(() => ''),
  );
  return (await Promise.all(texts)).join('\n');
}

async function tryFrames(world, site, context, id) {
  for (const [address, attributes] of frames(id)) {
    const body = `<iframe id="plain" ${attributes} src="${world.server}${address}"></iframe>`;
    const page = await context.newPage();
    await page.goto(site.url({ tags: [], body }));
    const drawn = page.frameLocator('#plain').locator('#root > *').first();
    if (!attributes.includes('sandbox')) await drawn.waitFor({ state: 'attached' });
    // It listens to its own page, and opens; but it is another conversation.
    await page.evaluate((text) => {
      for (const type of ['maximize', 'clear_chat'])
        window.frames[0].postMessage({ type, data: { message: text } }, '*');
    }, planted);
    assert.ok(!(await shown(page)).includes(secret), address);
    await page.close();
  }
}

/**
 * Site A's page inside a page of site B, and as a window that it opened: its panel is spoken to. It
 * is a plain frame there, as windows in the loader's shadow root cannot even be reached.
 */
async function tryMessages(world, site, context) {
  const page = await context.newPage();
  const inner = world.host.url({ server: world.server, frame: panel });
  await page.goto(site.url({ tags: [], body: `<iframe src="${inner}"></iframe>` }));
  await until(() => page.frames().some((one) => one.url().includes(panel)), 'the panel within');
  const opened = context.waitForEvent('page');
  await page.evaluate((url) => {
    window.victim = window.open(url);
  }, inner);
  const other = await opened;
  await until(() => other.frames().some((one) => one.url().includes(panel)), 'the panel beside');
  const heard = await page.evaluate(async (text) => {
    const answers = [];
    addEventListener('message', (event) => answers.push(event.data));
    for (const target of [window.frames[0].frames[0], window.victim.frames[0]]) {
      for (const type of [
        'send_message',
        'clear_chat',
        'maximize',
        'parley:connect',
        'parley:hello',
      ]) {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => answers.push(event.data);
        target.postMessage({ type, data: { message: text }, options: {}, open: true }, '*', [
          port2,
        ]);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    return answers;
  }, planted);
  assert.deepEqual(heard, []);
  await other.close();
  await page.close();
}

test(
  "a stranger's site cannot take up a conversation it knows the id of",
  { realOnly: true },
  async (world) => {
    const { visit, context, id } = await victim(world);
    const site = await startHostPages('stranger.localhost');
    world.allowed.foreign.push(site.origin);
    world.allowed.errors = true;
    world.allowed.violations = true;
    try {
      await tryFrames(world, site, context, id);
      await tryMessages(world, site, context);
      const page = await context.newPage();
      await page.goto(site.url({ tags: [] }));
      for (const [where, options] of requests(id)) {
        const read = await page.evaluate(
          async ([url, init]) => {
            const response = await fetch(url, init).catch(() => null);
            return response ? `${response.status} ${await response.text()}` : 'refused';
          },
          [world.server + where, options],
        );
        assert.match(read, /^(refused|(0|400|401|404|415) )/, where);
        assert.ok(!read.includes(secret), where);
      }
      const top = await context.newPage();
      await top.goto(`${world.server}${panel}?id=default`);
      await top.locator('.empty h2').waitFor();
      assert.ok(!(await shown(top)).includes(secret), 'the panel as a page');
    } finally {
      await site.close();
    }
    assert.equal(await visit.own.count(), 1);
    const { messages } = JSON.parse(await stored(visit));
    assert.equal(messages.length, 2, 'nothing was added or cleared');
    assert.ok(!JSON.stringify(world.target.calls).includes(planted));
  },
);

/** The conversation as the visitor's own panel gets it after a reload. */
async function stored(visit) {
  const answer = visit.page.waitForResponse((one) =>
    /\/api\/sessions\/[0-9a-f-]{36}$/.test(one.url()),
  );
  await visit.page.reload();
  return (await answer).text();
}

test("the host page sees nothing of the visitor's token", { realOnly: true }, async (world) => {
  const { visit, token } = await victim(world);
  const seen = await visit.page.evaluate(() => {
    const tag = document.querySelector('parley-widget');
    const frame = tag.shadowRoot.querySelector('iframe');
    const attempt = (read) => {
      try {
        return String(read());
      } catch (error) {
        return error.name;
      }
    };
    const inside = [
      () => frame.contentWindow.document.body.innerText,
      () => frame.contentWindow.sessionStorage.length,
      () => frame.contentWindow.claudeWidget,
      () => frame.contentDocument.cookie,
    ].map(attempt);
    const words = [window.heard, window.told, performance.getEntries(), { ...localStorage }];
    const page = [document.documentElement.outerHTML, frame.outerHTML, document.cookie];
    return { inside, all: JSON.stringify([words, page, { ...sessionStorage }]) };
  });
  assert.deepEqual(seen.inside.slice(0, 3), ['SecurityError', 'SecurityError', 'SecurityError']);
  assert.equal(seen.inside[3], 'TypeError');
  assert.ok(seen.all.includes('You said'), 'the page is told what was said');
  assert.ok(!seen.all.includes(token) && !seen.inside.join().includes(token));
});
