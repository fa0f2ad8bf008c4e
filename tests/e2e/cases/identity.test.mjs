// Visitors the site knows: what is signed decides whose conversation it is, and who is not known
// where that is demanded reads a sentence that says what to do.

import assert from 'node:assert/strict';
import { assertAccessible } from '../support/axe.mjs';
import { minutesAgo, secret, sign } from '../support/identity.mjs';
import { getAt } from '../support/operator.mjs';
import { test, until } from '../support/world.mjs';

const acme = 'acme.localhost';
const globex = 'globex.localhost';
const real = { realOnly: true };

/** Both sample tenants know their visitors by a secret of their own; Acme's may demand it. */
async function knownVisitors(world, isEnforced) {
  const { command, operator } = world.target;
  await command('setup-dev-data');
  const settings = (hs256Secret, enforced) => ({
    settings: { identity: { hs256Secret, isEnforced: enforced } },
  });
  await operator('PUT', `/tenants/${acme}`, settings(secret, isEnforced));
  await operator('PUT', `/tenants/${globex}`, settings(`${secret}, another`, false));
  world.server = `http://${acme}:${world.line.port}`;
}

/** How many conversations Acme has: what is refused leaves none. */
async function conversations(world) {
  const summary = await getAt(world.line.port, acme, '/api/sessions/stats/summary');
  return summary.totalSessions;
}

const signInText = 'Please sign in on this site, then you can chat here.';
const identityText = 'We could not confirm who you are. Please reload the page or sign in again.';

async function assertRefused(visit, text) {
  await visit.say('hello');
  const failure = visit.panel.locator('.failure').last();
  await failure.waitFor();
  assert.equal(await failure.locator('p').first().innerText(), text);
  assert.equal(await visit.answers.count(), 0);
}

test(
  'a visitor the site knows is that customer, and the model is told of no other',
  real,
  async (world) => {
    await knownVisitors(world, true);
    const token = sign(acme, { sub: 'runner', name: 'Road Runner', email: 'beep@acme.example' });
    const visit = await world.visit({ tags: [{ 'data-identity': token }] });
    await visit.ask('Who am I?');
    const all = `/tenants/${acme}/customers`;
    const found = await world.target.operator('GET', `${all}?search=Runner`);
    assert.equal(found.customers.length, 1);
    const data = { favourite: 'open desert roads' };
    await world.target.operator('PUT', `${all}/${found.customers[0].customerId}`, { data });
    await visit.ask('And what do I like?');
    const told = JSON.stringify(world.target.calls);
    assert.match(told, /Road Runner/);
    assert.match(told, /open desert roads/);
    assert.doesNotMatch(told, /Coyote|Marvin|Granny|Grimes|Scorpio/);
    assert.ok(!told.includes(token), 'the token itself');
    const asked = world.watch.requests.filter((url) => url.startsWith(world.server));
    assert.ok(asked.length > 0);
    assert.ok(!asked.some((url) => url.includes(token.slice(-20))), 'an address with the token');
  },
);

test('who is not known reads what to do, signs in, and goes on', real, async (world) => {
  await knownVisitors(world, true);
  const visit = await world.visit();
  await assertRefused(visit, signInText);
  await assertAccessible(visit.frame(), 'asked to sign in');
  const token = sign(acme, { sub: 'ada', name: 'Ada' });
  await visit.page.evaluate((signed) => window.Parley.setUser({ token: signed }), token);
  await visit.panel.locator('.action-retry').click();
  await visit.done().waitFor();
  await visit.drawn();
  assert.match(await visit.lastText(), /You said: hello/);
  assert.equal(await visit.own.count(), 1);
});

test('a plain panel asks to sign in as well', real, async (world) => {
  await knownVisitors(world, true);
  const visit = await world.visit({ frame: '/static/widget/chatbot.html' });
  await visit.panel.locator('#floating-icon').click();
  await visit.panel.locator('#bot-name:not(:empty)').waitFor();
  assert.equal(await visit.panel.locator('.banner').count(), 0);
  await assertRefused(visit, signInText);
});

const bad = {
  expired: () => sign(acme, { exp: minutesAgo(5) }),
  'too long a life': () => sign(acme, { exp: minutesAgo(-120) }),
  'not yet': () => sign(acme, { nbf: minutesAgo(-5) }),
  "another tenant's": () => sign(globex, {}, `${secret}, another`),
  "another tenant's secret": () => sign(acme, {}, `${secret}, another`),
  "another tenant's name": () => sign(globex),
  'no audience': () => sign(undefined),
  'no person': () => sign(acme, { sub: undefined }),
  'no signature': () => sign(acme).replace(/[^.]*$/, ''),
  'none as algorithm': () =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${sign(acme).split('.')[1]}.`,
  'changed after signing': () => {
    const [head, , signature] = sign(acme).split('.');
    return `${head}.${sign(acme, { sub: 'boss' }).split('.')[1]}.${signature}`;
  },
  'no token at all': () => 'hello',
};

test('what is signed badly begins no conversation', real, async (world) => {
  await knownVisitors(world, false);
  const before = await conversations(world);
  const context = await world.context();
  for (const [name, token] of Object.entries(bad)) {
    const id = name.replace(/\W/g, '-');
    const tags = [{ 'data-id': id, 'data-identity': token() }];
    const visit = await world.visit({ tags }, context);
    await assertRefused(visit, identityText);
    await visit.page.close();
  }
  assert.equal(await conversations(world), before);
  const german = await world.visit({ lang: 'de', tags: [{ 'data-identity': bad.expired() }] });
  await assertRefused(
    german,
    'Wir konnten nicht bestätigen, wer Sie sind. Bitte laden Sie die Seite neu oder melden Sie sich noch einmal an.',
  );
});

test('a one-use token cannot be used by a second browser', real, async (world) => {
  await knownVisitors(world, true);
  const token = sign(acme, { jti: 'once' });
  const tags = [{ 'data-identity': token }];
  const first = await world.visit({ tags });
  await first.ask('hello');
  const thief = await world.visit({ tags }, await world.context());
  await assertRefused(thief, identityText);
  // The first one's page may be loaded again with the same token: it has its conversation.
  await first.page.reload();
  await first.page.waitForFunction(() => Boolean(window.Parley));
  await first.page.evaluate(() => window.Parley.open());
  await first.done().waitFor();
  await first.ask('again');
});

/** What a panel keeps in this tab: browsers that refuse it a storage give it cookies. */
function keptIn(frame) {
  return frame.evaluate(() => {
    try {
      return JSON.stringify({ ...sessionStorage });
    } catch {
      return decodeURIComponent(document.cookie);
    }
  });
}

test(
  'the next person on the same browser sees and sends nothing of the former',
  real,
  async (world) => {
    await knownVisitors(world, false);
    const page = (sub) => ({ tags: [{ 'data-identity': sign(acme, { sub }) }] });
    const ada = await world.visit(page('ada'));
    await ada.ask('my salary is 5000');
    await ada.context.setOffline(true);
    await ada.say('and my bonus is 900');
    await ada.state('queued').waitFor();
    await ada.input.fill('a draft of mine');
    await ada.context.setOffline(false);
    await ada.state('queued').waitFor({ state: 'detached' });
    await ada.context.setOffline(true);
    await ada.say('tell nobody');
    await ada.state('queued').waitFor();
    assert.match(await keptIn(ada.frame()), /tell nobody/, 'kept for a reload');
    await ada.context.setOffline(false);
    await ada.page.goto(world.host.url({ server: world.server, ...page('eve') }));
    await ada.page.waitForFunction(() => Boolean(window.Parley));
    await ada.page.evaluate(() => window.Parley.open());
    await ada.panel.locator('.empty h2').waitFor();
    await ada.ask('who was here?');
    const shown = await ada.panel.locator('#chatbot-container').innerText();
    const said = await ada.input.inputValue();
    assert.doesNotMatch(shown + said, /salary|bonus|nobody|draft/);
    const asked = JSON.stringify(world.target.calls.at(-1).body.messages);
    assert.doesNotMatch(asked, /salary|bonus|nobody|draft/);
    await until(async () => (await ada.own.count()) === 1, 'one message of hers');
  },
);
