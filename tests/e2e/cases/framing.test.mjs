// Who may embed the panel: the sites that a tenant lists, and nobody else, however alike the name.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { startHostPages } from '../support/host_pages.mjs';
import { test, until } from '../support/world.mjs';

const shop = 'shop.localhost';
const second = 'second-shop.localhost';
const globexShop = 'other-shop.localhost';
const panel = '/static/widget/chatbot.html';

function certificate() {
  const words =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=shop.localhost -keyout - -out -';
  const pem = execFileSync('openssl', words.split(' '), { stdio: ['ignore', 'pipe', 'ignore'] });
  return { key: pem, cert: pem };
}

const frame = (url) => `<iframe src="${url}"></iframe>`;
const quoted = (html) => html.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
const inside = (html, sandbox = '') => `<iframe ${sandbox} srcdoc="${quoted(html)}"></iframe>`;

/** The sites of this test: `at(host, body)` is a page of a host, `tls` one over HTTPS. */
async function startSites(world) {
  const other = await startHostPages('localhost');
  const tls = await startHostPages('localhost', certificate());
  const address = (pages) => (host, body) =>
    pages.url({ tags: [], body }).replace('//localhost', `//${host}`);
  const places = [shop, second, globexShop].map((host) => `http://${host}:${world.host.port}`);
  return {
    at: address(world.host),
    otherPort: address(other),
    tls: address(tls),
    origins: { acme: places.slice(0, 2), globex: places.slice(2) },
    close: () => Promise.all([other.close(), tls.close()]),
  };
}

/** Both sample tenants list their own sites; what a page of another origin asks for is expected. */
async function listedSites(world, sites) {
  const { command, operator } = world.target;
  await command('setup-dev-data');
  for (const [name, origins] of Object.entries(sites.origins)) {
    await operator('PUT', `/tenants/${name}.localhost`, { settings: { origins } });
  }
  world.allowed.violations = true;
  world.allowed.foreign.push('http:/', 'https:/');
}

/** The page of each embedder of `target`, by what it is. */
function embedders({ at, otherPort, tls }, target) {
  const stranger = 'stranger.localhost';
  const it = frame(target);
  return {
    allowed: {
      'the listed site': at(shop, it),
      'another listed site': at(second, it),
      'a listed site in a listed site': at(shop, frame(at(second, it))),
      'a frame without an address in a listed site': at(shop, inside(it)),
    },
    blocked: {
      'another port': otherPort(shop, it),
      'another scheme': tls(shop, it),
      'a sub-domain': at(`pay.${shop}`, it),
      'the domain above': at('localhost', it),
      'a name that ends alike': at(`evil${shop}`, it),
      'a name that begins alike': at(`${shop}.evil.localhost`, it),
      'a name with a dash for the dot': at('shop-localhost.localhost', it),
      'a name with another letter': at('xn--shp-xqa.localhost', it),
      'a trailing dot': at(`${shop}.`, it),
      'an address': at('127.0.0.1', it),
      'a sandboxed frame of the listed site': at(shop, inside(it, 'sandbox="allow-scripts"')),
      'the listed site in a stranger': at(stranger, frame(at(shop, it))),
      'a stranger in the listed site': at(shop, frame(at(stranger, it))),
      "the other tenant's site": at(globexShop, it),
      'a page without an origin': 'about:blank',
    },
  };
}

/** 'shown' once the panel drew itself in `page`, or 'blocked' once the browser refused to. */
async function outcome(page, target) {
  let refused = false;
  page.on('console', (message) => {
    refused ||= /frame-ancestors/.test(message.text());
  });
  const drawn = async () => {
    const found = page.frames().find((one) => one.url().startsWith(target));
    const root = found?.locator('#floating-icon, #message-input');
    return ((await root?.count().catch(() => 0)) ?? 0) > 0;
  };
  return until(
    async () => (refused && 'blocked') || ((await drawn()) && 'shown'),
    'shown or blocked',
  );
}

async function embed(context, address, target) {
  const page = await context.newPage();
  try {
    const seen = outcome(page, target);
    seen.catch(() => {});
    if (address === 'about:blank') await page.setContent(frame(target));
    else await page.goto(address);
    const result = await seen;
    const shown = page.frames().some((one) => one.url().startsWith(target));
    assert.equal(shown, result === 'shown', address);
    return result;
  } finally {
    await page.close();
  }
}

test('only the sites a tenant lists can embed its panel', { realOnly: true }, async (world) => {
  const sites = await startSites(world);
  try {
    await listedSites(world, sites);
    const context = await world.context({ ignoreHTTPSErrors: true });
    const panelOf = (name) => `http://${name}.localhost:${world.line.port}${panel}`;
    const { allowed, blocked } = embedders(sites, panelOf('acme'));
    for (const [pages, wanted] of [
      [allowed, 'shown'],
      [blocked, 'blocked'],
    ]) {
      const each = async ([name, page]) => [name, await embed(context, page, panelOf('acme'))];
      const seen = Object.fromEntries(await Promise.all(Object.entries(pages).map(each)));
      assert.deepEqual(seen, Object.fromEntries(Object.keys(pages).map((one) => [one, wanted])));
    }
    const it = frame(panelOf('globex'));
    assert.equal(await embed(context, sites.at(globexShop, it), panelOf('globex')), 'shown');
    assert.equal(await embed(context, sites.at(shop, it), panelOf('globex')), 'blocked');
    // Its own pages may, as the demo page does.
    const page = await context.newPage();
    await page.goto(`http://acme.localhost:${world.line.port}/`);
    await page
      .frameLocator('parley-widget iframe')
      .locator('#root > *')
      .first()
      .waitFor({ state: 'attached' });
  } finally {
    await sites.close();
  }
});

test('nothing but the panel can be framed at all', { realOnly: true }, async (world) => {
  world.allowed.violations = true;
  const pages = ['/', '/docs', '/health', '/openapi.json', '/api/sessions/bot-config'];
  for (const where of pages) {
    const answer = await fetch(world.server + where);
    assert.equal(answer.headers.get('x-frame-options'), 'DENY', where);
    const page = await (await world.context()).newPage();
    const refused = page.waitForEvent('console', (message) =>
      /frame-ancestors/.test(message.text()),
    );
    await page.goto(world.host.url({ tags: [], body: frame(world.server + where) }));
    await refused;
  }
  const answer = await fetch(world.server + panel);
  assert.equal(answer.headers.get('x-frame-options'), null);
});
