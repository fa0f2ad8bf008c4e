// The corpus of payloads through every text that the panel shows: no script runs, nothing is asked
// of a stranger (Chromium's network log), no policy is broken, nothing off-policy can be clicked.
//
// PARLEY_LONG=1 (./dev prove payloads) tries each payload in each place and prints its figures.

import assert from 'node:assert/strict';
import { corpus, evil, evilHost, sample } from '../corpus/index.mjs';
import { serveRenderer } from '../renderer/serve.mjs';
import * as attacks from '../support/attacks.mjs';
import { longTestMs, test, until, Visit } from '../support/world.mjs';

const isLong = Boolean(process.env.PARLEY_LONG);
/** All of them in the long form, every nth in the short one. */
const some = (step) => sample(isLong ? 1 : step);
const logged = { netLog: true, timeout: longTestMs };
const realLogged = { ...logged, realOnly: true };

function batches(texts, size) {
  const count = Math.ceil(texts.length / size);
  return Array.from({ length: count }, (_, at) => texts.slice(at * size, (at + 1) * size));
}

function tell(what, value) {
  if (isLong) console.log(`figure ${JSON.stringify({ what, value })}`);
}

test('the judges see a script, a request, a prefetch, a broken policy', logged, async (world) => {
  const ahead = `<link rel=prefetch href=https://ahead.${evilHost}/x>`;
  const visit = await world.visit({ body: ahead });
  world.allowed.violations = true;
  world.allowed.foreign.push(`http://${evilHost}`, `https://ahead.${evilHost}`);
  await visit.page.evaluate((host) => {
    const image = document.createElement('img');
    image.setAttribute('onerror', 'window.__pwned=1');
    image.src = `http://${host}/x.png`;
    document.body.append(image);
  }, evilHost);
  await until(() => attacks.pwned(visit), 'control payload');
  const foreign = () => world.watch.foreign(world.server, world.host.origin);
  await until(() => foreign().length === 2, 'both requests');
  assert.equal(world.watch.violations.length, 0);
  await visit.frame().evaluate((host) => {
    document.body.append(Object.assign(document.createElement('img'), { src: `//${host}/x` }));
  }, evilHost);
  await until(() => world.watch.violations.length > 0, 'the broken policy');
  await assert.rejects(attacks.assertInert(visit, 'control'), /a script ran/);
  await visit.page.evaluate(() => delete window.__pwned);
  await assert.rejects(attacks.assertInert(visit, 'control'), /img/);
  const strangers = await world.ownBrowser.end();
  world.ownBrowser = null;
  assert.deepEqual(strangers.sort(), [`ahead.${evilHost}`, evilHost]);
});

test('every payload, cut at every byte, in the renderer of answers', logged, async (world) => {
  const panel = await fetch(`${world.server}/static/widget/chatbot.html`);
  const renderer = await serveRenderer(panel.headers.get('content-security-policy'));
  world.allowed.foreign.push(renderer.origin);
  try {
    const page = await (await world.context()).newPage();
    await page.goto(renderer.origin);
    const control = (name, attributes) =>
      page.evaluate(([element, fields]) => window.judge(element, fields), [name, attributes]);
    assert.equal((await control('a', { href: 'https://evil.example' })).length, 1);
    await assert.rejects(control('b', { onclick: 'x' }), /TrustedScript/);
    assert.equal((await control('img', { src: evil })).length, 1);
    await until(() => world.watch.violations.length > 0, 'the control in the policy');
    world.watch.violations.length = 0;
    world.watch.requests.length = 0;
    let splits = 0;
    for (const part of batches(corpus, 50)) {
      const seen = await page.evaluate(
        (texts) => texts.map((text) => ({ text, ...window.trySplits(text) })),
        part,
      );
      assert.deepEqual(
        seen.filter(({ found }) => found.length > 0),
        [],
      );
      splits += seen.reduce((sum, one) => sum + one.splits, 0);
    }
    assert.ok(corpus.length >= 400 && splits > 50_000);
    tell('payloads', corpus.length);
    tell('splits in the renderer', splits);
  } finally {
    await renderer.close();
  }
});

test('payloads as what a visitor writes, also after a reload', logged, async (world) => {
  for (const texts of batches(some(30), 30)) {
    const visit = await world.visit();
    const kept = texts.filter((text) => text.trim() !== '');
    await attacks.asVisitor(visit, kept);
    await visit.page.reload();
    await visit.page.waitForFunction(() => Boolean(window.Parley));
    await visit.page.evaluate(() => window.Parley.open());
    await visit.own.nth(kept.length - 1).waitFor();
    await attacks.assertInert(visit, 'after a reload', { ownWords: true });
    await visit.page.close();
  }
  tell('as visitor text', some(30).length);
});

for (const width of isLong ? [1, 3, 1000] : [1]) {
  test(`payloads as what the model says, ${width} characters at once`, logged, async (world) => {
    for (const texts of batches(some(15), 30)) {
      const visit = await world.visit();
      await attacks.asModel(visit, texts, width);
      await visit.page.close();
    }
    tell(`as model output by ${width}`, some(15).length);
  });
}

test('payloads as names of files', logged, async (world) => {
  for (const texts of batches(some(30), 5)) {
    const visit = await world.visit();
    await attacks.asFileNames(visit, texts);
    await visit.page.close();
  }
  tell('as file names', some(30).length);
});

test('payloads as columns, cells, keys and values', realLogged, async (world) => {
  for (const texts of batches(some(5), 100)) {
    const visit = await world.visit();
    await attacks.asTables(visit, texts);
    await visit.page.close();
  }
  tell('as column, cell, key and value', some(5).length);
});

const answered = { ...realLogged, target: { env: { AI_PROVIDER: 'demo' } } };

test('payloads in the results of data answers', answered, async (world) => {
  for (const texts of batches(some(10), 90)) {
    const visit = await world.visit();
    await visit.attach('cells.csv', attacks.tablesOf(texts)['cells.csv']);
    await visit.panel.locator('.file-card').waitFor();
    await visit.ask('total amount by name');
    const card = visit.panel.locator('.result').last();
    await card.locator('tbody tr').first().waitFor();
    await card.getByRole('button', { name: /Show all/ }).click();
    await until(async () => (await card.locator('tbody tr').count()) > 10, 'all rows');
    await attacks.assertInert(visit, 'a result');
    await visit.page.close();
  }
  tell('as cells of results', some(10).length);
});

test('payloads as settings of a page', logged, async (world) => {
  const visit = await world.visit({ frame: '/static/widget/chatbot.html' });
  await attacks.asConfig(visit, some(3));
  tell('as settings of a page', some(3).length);
});

test('payloads on the tag', logged, async (world) => {
  const visit = await world.visit({ tags: [] });
  const texts = sample(isLong ? 3 : 90);
  for (const [at, text] of texts.entries()) await attacks.asTag(world, visit, text, `w${at}`);
  tell('on the tag', texts.length);
});

test("payloads as a tenant's own bot", realLogged, async (world) => {
  const page = await (await world.context()).newPage();
  await page.goto(`${world.server}/static/widget/chatbot.html`);
  const visit = new Visit(page, page, page.context());
  const texts = sample(isLong ? 3 : 90);
  for (const text of texts) await attacks.asTenant(world, visit, text);
  tell("as a tenant's bot", texts.length);
});
