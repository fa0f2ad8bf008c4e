// The two sample tenants in the browser: each shows its own bot and answers as it, and neither shows
// or reaches anything of the other.

import assert from 'node:assert/strict';
import { assertAccessible } from '../support/axe.mjs';
import { assertWhole } from '../support/layout.mjs';
import { test, until, Visit } from '../support/world.mjs';

const acme = {
  domain: 'acme.localhost',
  name: 'Wiley',
  poweredBy: 'Acme',
  greeting: 'Beep beep! What can Acme build for you today?',
  starter: 'Can I return a rocket?',
  color: '#c2410c',
  bubble: '#c2410c',
  instructions: 'the assistant of Acme Corporation',
};

const globex = {
  domain: 'globex.localhost',
  name: 'Hank',
  poweredBy: 'Globex',
  greeting: 'Welcome to Globex. Which figures may I look up?',
  starter: 'What does an audit cost?',
  color: '#0f766e',
  bubble: '#115e59',
  instructions: 'the assistant of Globex',
};

/** Words that only the other one's settings, customers and visitors use. */
const words = {
  [acme.domain]: /wiley|acme|rocket|coyote|martian|tweety/i,
  [globex.domain]: /hank|globex|audit|grimes|scorpio|springfield/i,
};

const originOf = (world, { domain }) => `http://${domain}:${world.line.port}`;

/** The demo page of a tenant, with its panel open. */
async function visitDemo(world, tenant, options = {}) {
  const context = await world.context(options);
  const page = await context.newPage();
  await page.goto(`${originOf(world, tenant)}/`);
  await page.waitForFunction(() => Boolean(window.Parley));
  await page.evaluate(() => window.Parley.open());
  const visit = new Visit(page, page.frameLocator('parley-widget iframe').first(), context);
  await visit.panel.locator('#bot-name:not(:empty)').waitFor();
  return visit;
}

async function sampleTenants(world) {
  await world.target.command('setup-dev-data');
  world.allowed.foreign.push(originOf(world, acme), originOf(world, globex));
}

function assertNothingOf(text, tenant, what) {
  assert.doesNotMatch(text, words[tenant.domain], what);
}

async function assertBot(visit, tenant) {
  assert.equal(await visit.panel.locator('#bot-name').innerText(), tenant.name);
  assert.equal(await visit.panel.locator('.empty h2').innerText(), tenant.greeting);
  await visit.panel.getByRole('button', { name: tenant.starter }).waitFor();
  assert.match(await visit.panel.locator('#powered-by').innerText(), new RegExp(tenant.poweredBy));
  const colours = await visit.frame().evaluate(() => {
    const of = (name) => document.documentElement.style.getPropertyValue(name);
    return [of('--bot-primary-color'), of('--bot-msg-bg-color')];
  });
  assert.deepEqual(colours, [tenant.color, tenant.bubble]);
}

/** Everything this page has kept or shown: what is written, stored, and asked of the server. */
function traces(visit) {
  return visit
    .frame()
    .evaluate(() =>
      [
        document.body.innerText,
        JSON.stringify({ ...localStorage }),
        JSON.stringify({ ...sessionStorage }),
        document.cookie,
      ].join('\n'),
    );
}

const sizes = {
  desktop: {},
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

for (const [size, options] of Object.entries(sizes)) {
  test(
    `each sample tenant shows and answers its own, ${size}`,
    { realOnly: true },
    async (world) => {
      await sampleTenants(world);
      for (const [tenant, other] of [
        [acme, globex],
        [globex, acme],
      ]) {
        const visit = await visitDemo(world, tenant, { reducedMotion: 'reduce', ...options });
        await assertBot(visit, tenant);
        await assertWhole(visit, `${tenant.domain}, empty`);
        await assertAccessible(visit.frame(), `${tenant.domain}, empty`);
        const asked = world.target.calls.length;
        await visit.ask('How long does a delivery take?');
        assert.match(await visit.lastText(), /How long does a delivery take/);
        const calls = JSON.stringify(world.target.calls.slice(asked));
        assert.ok(calls.includes(tenant.instructions), 'its own instructions');
        assertNothingOf(calls, other, 'what the model was told');
        assertNothingOf(await traces(visit), other, 'what the page shows and keeps');
        await assertWhole(visit, `${tenant.domain}, answered`);
        await assertAccessible(visit.frame(), `${tenant.domain}, answered`);
      }
    },
  );
}

test(
  "one tenant's conversation does not exist for the other",
  { realOnly: true },
  async (world) => {
    await sampleTenants(world);
    const { context, frame } = await visitDemo(world, acme).then(async (visit) => {
      await visit.ask('my secret rocket');
      return { context: visit.context, frame: visit.frame() };
    });
    const stolen = await frame.evaluate(() => [{ ...localStorage }, { ...sessionStorage }]);
    const value = (box, name) =>
      Object.entries(stolen[box]).find(([key]) => key.endsWith(`:${name}`))[1];
    const id = value(0, 'session');
    const page = await context.newPage();
    await page.goto(`${originOf(world, globex)}/static/widget/chatbot.html`);
    await page.locator('#message-input').waitFor();
    const answers = await page.evaluate(
      async ([session, token]) => {
        const headers = { Authorization: `Bearer ${token}` };
        const places = [`sessions/${session}`, `chat/history/${session}`, `files/list/${session}`];
        return Promise.all(
          places.map(async (place) => {
            const response = await fetch(`/api/${place}`, { headers });
            return [response.status, await response.text()];
          }),
        );
      },
      [id, value(1, 'token')],
    );
    for (const [status, text] of answers) {
      assert.equal(status, 404);
      assertNothingOf(text, acme, 'an answer');
    }
    // Nor does the panel take it up from storage.
    await page.evaluate((session) => {
      localStorage.setItem('parley:page:default:session', session);
    }, id);
    await page.reload();
    await page.locator('.empty h2').waitFor();
    await until(
      () => page.evaluate(() => localStorage.getItem('parley:page:default:session') === null),
      'the stranger forgotten',
    );
    assertNothingOf(await page.locator('body').innerText(), acme, 'the panel');
  },
);
