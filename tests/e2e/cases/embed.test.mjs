// The widget as a guest: it changes nothing on the page, and the page cannot break it.

import assert from 'node:assert/strict';
import { send, test, until } from '../support/world.mjs';

const hostile = `
  * { display: none !important; color: red !important; font-size: 40px !important }
  * { transform: rotate(3deg) !important }
  html, body, h1, p { display: block !important }
  iframe, button, div { visibility: hidden !important; width: 1px !important }
  iframe, button, div { opacity: 0 !important }
`;

const snapshot = () => ({
  globals: Object.keys(window).sort(),
  html: document.documentElement.outerHTML
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/>\s+</g, '><'),
  style: getComputedStyle(document.getElementById('host-text')).cssText,
  box: JSON.stringify(document.getElementById('host-button').getBoundingClientRect()),
  storage: localStorage.length + sessionStorage.length,
  cookies: document.cookie,
  title: document.title,
});

test('the page keeps its looks, globals and storage; destroy leaves no trace', async (world) => {
  const bare = await world.visit({ tags: [] });
  const before = await bare.page.evaluate(snapshot);
  const visit = await world.visit();
  await visit.ask('hello');
  const during = await visit.page.evaluate(snapshot);
  assert.deepEqual(during.globals.filter((name) => !before.globals.includes(name)).sort(), [
    'ClaudeChatWidget',
    'Parley',
    'claudeWidget',
  ]);
  for (const key of ['style', 'box', 'storage', 'cookies', 'title'])
    assert.equal(during[key], before[key], key);
  await visit.page.evaluate(() => window.Parley.destroy());
  const after = await visit.page.evaluate(snapshot);
  assert.deepEqual(after, before);
});

test('hostile page CSS does not reach launcher or panel', async (world) => {
  const visit = await world.visit({ css: hostile });
  const box = await visit.page.evaluate(() => {
    const button = document.querySelector('parley-widget').shadowRoot.querySelector('.b');
    return { width: button.offsetWidth, visible: getComputedStyle(button).visibility };
  });
  assert.deepEqual(box, { width: 56, visible: 'visible' });
  await visit.ask('hello');
  assert.ok(await visit.panel.locator('#message-input').isVisible());
});

test('two widgets on one page live apart', async (world) => {
  const visit = await world.visit({
    closed: true,
    tags: [
      { 'data-id': 'sales', 'data-bot-name': 'Sam' },
      { 'data-id': 'help', 'data-bot-name': 'Hal', 'data-position': 'left' },
    ],
  });
  await visit.page.waitForFunction(() => window.Parley.get?.('help') && window.Parley.get('sales'));
  await visit.page.evaluate(() => window.Parley.get('sales').open());
  const frames = visit.page.locator('parley-widget iframe');
  const at = (name) => visit.page.frameLocator(`parley-widget iframe[title="${name}"]`);
  await send(at('Sam').locator('#message-input'), 'for sales');
  await at('Sam').locator('.row-assistant[data-state=done]').waitFor();
  await visit.page.evaluate(() => window.Parley.get('help').open());
  await at('Hal').locator('.empty').waitFor();
  assert.equal(await at('Hal').locator('.row').count(), 0);
  assert.equal(await frames.count(), 2);
  await visit.page.evaluate(() => window.Parley.get('sales').destroy());
  assert.equal(await frames.count(), 1);
  assert.equal(await visit.page.evaluate(() => window.Parley === window.Parley.get('help')), true);
});

test('a tag that is loaded twice makes one widget', async (world) => {
  const visit = await world.visit({ tags: [{}, {}], closed: true });
  await visit.page.waitForLoadState('load');
  assert.equal(await visit.page.locator('parley-widget').count(), 1);
});

test('a page that swaps its body keeps the widget and the conversation', async (world) => {
  const visit = await world.visit();
  await visit.ask('hello');
  await visit.page.evaluate(() => {
    const body = document.createElement('body');
    body.append('Next page');
    document.body.replaceWith(body);
  });
  await visit.done().waitFor();
  assert.equal(await visit.page.locator('parley-widget').count(), 1);
});

test('the page API sends, listens and passes context on', async (world) => {
  // The panel does not load before the page listens: it must not be ready unheard.
  const context = await world.context();
  let load;
  const listening = new Promise((resolve) => {
    load = resolve;
  });
  await context.route('**/chatbot.html*', async (route) => {
    await listening;
    await route.continue();
  });
  const visit = await world.visit({ closed: true }, context);
  const hearing = visit.page.evaluate(
    () =>
      new Promise((resolve) => {
        const events = [];
        for (const name of ['ready', 'open', 'message'])
          window.Parley.on(name, (data) => {
            events.push([name, data]);
            if (name === 'message') resolve(events);
          });
        window.Parley.setContext({
          url: 'https://shop.test/a',
          title: 'A',
          content: 'text',
          data: { rows: [{ a: 1 }] },
        });
        window.Parley.open();
        window.Parley.send('from the page');
      }),
  );
  await visit.page.evaluate(() => 'the page listens');
  load();
  const heard = await hearing;
  assert.deepEqual(heard.map(([name]) => name).sort(), ['message', 'open', 'ready']);
  assert.match(heard.find(([name]) => name === 'message')[1].message, /from the page/);
  if (!world.target.fake) return;
  await until(
    () => [...world.target.sessions.all.values()][0]?.config.jsonData?.rows?.length === 1,
    'context',
  );
});

test('attributes and ChatbotConfig of both families are understood', async (world) => {
  const visit = await world.visit({
    before:
      'window.ChatbotConfig={botName:"From config",customInstructions:"Be brief",poweredBy:"Acme"}',
    tags: [
      {
        'data-bot-name': 'Zoë',
        'data-primary-color': '#0a7',
        'data-position': 'bottom-left',
        'data-auto-open': 'true',
        'data-theme': 'dark',
        'data-welcome-message': 'Welcome!',
        'data-lang': 'de',
        'data-provider': 'demo',
        'data-company': 'ACME',
      },
    ],
    closed: true,
  });
  await visit.panel.locator('#message-input').waitFor();
  await until(async () => (await visit.panel.locator('#bot-name').innerText()) === 'Zoë', 'name');
  // What the address of the frame does not carry comes from the page a moment later.
  await visit.panel.locator('.empty h2', { hasText: /^Welcome!$/ }).waitFor();
  await visit.panel.locator('#powered-by', { hasText: 'Acme' }).waitFor();
  assert.equal(await visit.panel.locator('html').getAttribute('lang'), 'de');
  assert.equal(await visit.panel.locator('html').getAttribute('data-theme'), 'dark');
  assert.equal(
    await visit
      .frame()
      .evaluate(() =>
        getComputedStyle(document.documentElement).getPropertyValue('--bot-primary-color'),
      ),
    '#00aa77',
  );
  const left = await visit.page.evaluate(
    () =>
      document.querySelector('parley-widget').shadowRoot.querySelector('.b').getBoundingClientRect()
        .left,
  );
  assert.equal(left, 20);
});

/** The launcher as a visitor of the host page meets it. */
const launcher = (visit) =>
  visit.page.evaluate(() => {
    const root = document.querySelector('parley-widget').shadowRoot;
    const button = root.querySelector('.b');
    const { backgroundColor, color } = getComputedStyle(button);
    return {
      label: button.getAttribute('aria-label'),
      teaser: root.querySelector('.s button')?.textContent ?? '',
      backgroundColor,
      color,
    };
  });

test('a name and a colour on the tag leave the launcher whole', async (world) => {
  const visit = await world.visit({
    tags: [
      {
        'data-bot-name': 'Zoë',
        'data-color': '#ffeb00',
        'data-lang': 'de',
        'data-teaser': 'Fragen?',
      },
    ],
    closed: true,
  });
  await until(async () => (await launcher(visit)).teaser === 'Fragen?', 'teaser');
  const { label, backgroundColor, color } = await launcher(visit);
  assert.equal(label, 'Chat öffnen');
  assert.notEqual(color, 'rgb(255, 255, 255)', `on ${backgroundColor}`);
});

test('a colour with a typing error still gives a launcher', async (world) => {
  const visit = await world.visit({
    tags: [{ 'data-bot-name': 'Zoë', 'data-color': '#ffebq0' }],
    closed: true,
  });
  await until(
    async () => /^rgb\(/.test((await launcher(visit)).backgroundColor),
    'a colour that can be seen',
  );
});

test('the documented DOM hooks are there', async (world) => {
  const visit = await world.visit();
  for (const id of [
    'chatbot-container',
    'messages-list',
    'message-input',
    'send-btn',
    'minimize-btn',
    'bot-name',
    'bot-status',
    'powered-by',
  ]) {
    assert.equal(await visit.panel.locator(`#${id}`).count(), 1, id);
  }
});

test('a plain iframe speaks the documented messages', async (world) => {
  const config = encodeURIComponent(JSON.stringify({ botName: 'Plain', botColor: '#123456' }));
  const visit = await world.visit({
    frame: `/static/widget/chatbot.html?config=${config}`,
    before:
      'window.heard=[];' +
      'addEventListener("message",(e)=>window.heard.push([e.data.type,e.data.data]))',
  });
  const heard = (type) =>
    visit.page.evaluate((name) => window.heard.find((one) => one[0] === name)?.[1], type);
  const tell = (type, data) =>
    visit.page.evaluate(
      ([name, value, origin]) =>
        document
          .getElementById('plain')
          .contentWindow.postMessage({ type: name, data: value }, origin),
      [type, data, world.server],
    );
  await visit.panel.locator('#floating-icon').waitFor();
  const ready = await until(() => heard('widget_ready'), 'widget_ready');
  assert.match(ready.sessionId, /^[0-9a-f-]{36}$/);
  assert.equal((await heard('session_created')).sessionId, ready.sessionId);
  await tell('maximize');
  await visit.panel.locator('#message-input').waitFor();
  assert.deepEqual(await until(() => heard('widget_minimized'), 'minimized'), { minimized: false });
  await tell('configure', { botName: 'Renamed' });
  await until(
    async () => (await visit.panel.locator('#bot-name').innerText()) === 'Renamed',
    'renamed',
  );
  await tell('page_data', { pageInfo: { url: 'https://shop.test', title: 'Shop' } });
  await tell('send_message', { message: 'from outside' });
  const received = await until(() => heard('message_received'), 'message_received');
  assert.match(received.message, /from outside/);
  assert.equal(received.sessionId, ready.sessionId);
  await tell('clear_chat');
  await visit.panel.locator('.empty').waitFor();
  await tell('minimize');
  await visit.panel.locator('#floating-icon').waitFor();
});

test("the demo page on the server's own origin works", async (world) => {
  const context = await world.context();
  const page = await context.newPage();
  await page.goto(`${world.server}/`);
  await page.waitForFunction(() => Boolean(window.Parley));
  await page.locator('#open-chat').click();
  const panel = page.frameLocator('parley-widget iframe');
  await send(panel.locator('#message-input'), 'hello demo');
  await panel.locator('.row-assistant[data-state=done]').waitFor();
  assert.match(await page.locator('#snippet').innerText(), /static\/widget\/chatbot\.js/);
});

test(
  'a provider that is misspelt is told to the developer, once',
  { realOnly: true },
  async (world) => {
    const context = await world.context();
    const warnings = [];
    context.on('console', (line) => {
      if (line.type() === 'warning') warnings.push(line.text());
    });
    const visit = await world.visit({ tags: [{ 'data-provider': 'cluade' }] }, context);
    await visit.say('hello');
    await visit.panel.locator('.failure').waitFor();
    await visit.panel.locator('.action-retry').click();
    await visit.panel.locator('.failure').waitFor();
    assert.equal(warnings.filter((text) => text.includes("'cluade' is not available")).length, 1);
  },
);
