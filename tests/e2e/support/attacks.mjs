// Puts payloads into each text that the panel shows, and looks at what came of it.

import assert from 'node:assert/strict';
import { corpus, fileNameOf } from '../corpus/index.mjs';
import { until } from './world.mjs';

/** True if a payload got its script to run in any frame of the page. */
export async function pwned(visit) {
  const seen = await Promise.all(
    visit.page.frames().map((frame) => frame.evaluate(() => window.__pwned === 1)),
  );
  return seen.some(Boolean);
}

/** What nobody may put into the panel; scripts, styles and pictures only of its own origin. */
const active =
  'iframe, object, embed, video, audio, base, form:not(.composer), style, meta[http-equiv], math';

const plainLinks = '^(mailto:[^?&%]+|tel:[+\\d]+)$';

/**
 * Fails if anything in the panel is active or can be clicked that should not. `ownWords`: the
 * visitor wrote all that is shown, and with that allowed the hosts in it.
 */
export async function assertInert(visit, what, { ownWords = false } = {}) {
  assert.equal(await pwned(visit), false, `a script ran: ${what}`);
  const found = await visit.frame().evaluate(
    ([selector, schemes]) => {
      const fetched = [...document.querySelectorAll('script, img, link')].filter(
        (one) => new URL(one.src || one.href || 'none:').origin !== location.origin,
      );
      const all = [...document.querySelectorAll(selector), ...fetched].map((one) => one.outerHTML);
      const links = [...document.querySelectorAll('a[href]')].filter(
        (one) => !new RegExp(schemes).test(one.href) && one.origin !== location.origin,
      );
      const handlers = [...document.querySelectorAll('*')].filter((one) =>
        one.getAttributeNames().some((name) => name.startsWith('on')),
      );
      return [...all, ...links.map((one) => one.href), ...handlers.map((one) => one.outerHTML)];
    },
    [active, ownWords ? `${plainLinks}|^https?://` : plainLinks],
  );
  assert.deepEqual(found, [], what);
}

export async function asVisitor(visit, texts) {
  for (const text of texts) await visit.ask(text);
  await assertInert(visit, 'visitor text', { ownWords: true });
  assert.equal(await visit.own.count(), texts.length);
}

/** The model says each in deltas of `width` characters. */
export async function asModel(visit, texts, width) {
  for (const text of texts) await visit.ask(`[[xss:${corpus.indexOf(text)}/${width}]]`);
  await assertInert(visit, `model output by ${width}`);
}

/** Files whose names are payloads; as many at once as a conversation can have. */
export async function asFileNames(visit, texts) {
  const contents = '<img src=x onerror=window.__pwned=1>,b\n1,2\n';
  await visit.attachAll(Object.fromEntries(texts.map((text) => [fileNameOf(text), contents])));
  await visit.panel.locator('.file-card, .upload-bad').first().waitFor();
  const going = visit.panel.locator('.upload:not(.upload-bad)');
  await until(async () => (await going.count()) === 0, 'uploads over');
  await assertInert(visit, 'file names in the conversation');
  await visit.openFiles();
  await assertInert(visit, 'file names in the list');
}

const quoted = (text) => `"${text.replace(/"/g, '""').replace(/\0/g, '')}"`;

/** Payloads as column names and cells, or as keys and values of JSON. */
export function tablesOf(texts) {
  const safe = texts.map((text) => text.replace(/[\0\r\n]/g, ' '));
  const names = safe.map((text, at) => `${text} ${at}`);
  return {
    'columns.csv': `${names.map(quoted).join(',')}\n${safe.map(quoted).join(',')}\n`,
    'cells.csv': `name,amount\n${safe.map((text, at) => `${quoted(text)},${at}`).join('\n')}\n`,
    'keys.json': JSON.stringify([Object.fromEntries(names.map((name) => [name, name]))]),
    'values.json': JSON.stringify(safe.map((name, amount) => ({ name, amount }))),
  };
}

/** Shows all that the panel tells of a table: its columns, its first rows. */
export async function asTables(visit, texts) {
  for (const [name, contents] of Object.entries(tablesOf(texts))) {
    await visit.attach(name, contents);
    await visit.panel.locator('.file-card', { hasText: name }).waitFor();
  }
  await assertInert(visit, 'file cards');
  await visit.openFiles();
  for (const name of ['Show details', 'Show the first rows']) {
    const buttons = visit.panel.getByRole('button', { name });
    for (let left = await buttons.count(); left > 0; left--) {
      await buttons.first().click();
      await until(async () => (await buttons.count()) < left, `${name}: opened`);
    }
  }
  await assertInert(visit, 'columns and first rows');
}

/** Settings that a page gives a plain panel, one after another, each drawn. */
export async function asConfig(visit, texts) {
  await visit.panel.locator('#floating-icon').click();
  await visit.panel.locator('#bot-name:not(:empty)').waitFor();
  await visit.page.evaluate(async (all) => {
    const { contentWindow } = document.getElementById('plain');
    const origin = new URL(document.getElementById('plain').src).origin;
    for (const text of [...all, 'the end']) {
      const data = {
        botName: text,
        poweredBy: text,
        botIcon: text,
        botColor: text,
        botMsgBgColor: text,
        welcomeMessage: text,
        starterQuestions: [text],
        lang: text,
        theme: text,
        linkHosts: [text],
      };
      contentWindow.postMessage({ type: 'configure', data }, origin);
      await new Promise(requestAnimationFrame);
    }
  }, texts);
  await visit.panel.locator('#bot-name', { hasText: 'the end' }).waitFor();
  await assertInert(visit, 'settings of a page');
}

/** Attributes of the tag on the host page: the launcher, its teaser, and the panel. */
export async function asTag(world, visit, text, id) {
  await visit.page.evaluate(
    async ([server, value, name]) => {
      document.title = value;
      const script = document.createElement('script');
      script.src = `${server}/static/widget/chatbot.js`;
      const keys = ['botName', 'color', 'botIcon', 'poweredBy', 'welcomeMessage', 'teaser'];
      const more = ['starterQuestions', 'secondaryColor', 'position', 'lang', 'theme', 'company'];
      for (const key of [...keys, ...more]) script.dataset[key] = value;
      script.dataset.id = name;
      document.body.append(script);
      await new Promise((resolve) => {
        script.onload = resolve;
      });
      const chat = window.Parley.get(name);
      const ready = new Promise((resolve) => chat.on('ready', resolve));
      chat.open();
      await ready;
    },
    [world.server, text, id],
  );
  await assertInert(visit, text);
  const strange = await visit.page.evaluate(() => {
    const { shadowRoot } = document.querySelector('parley-widget:last-of-type');
    const bad = shadowRoot.querySelectorAll('img, script, object, a, [onerror], [onload]');
    const image = getComputedStyle(shadowRoot.querySelector('.b')).backgroundImage;
    return [...[...bad].map((one) => one.outerHTML), ...(image === 'none' ? [] : [image])];
  });
  assert.deepEqual(strange, [], text);
  await visit.page.evaluate((name) => window.Parley.get(name).destroy(), id);
}

/** The bot as the operator of a tenant set it, where the server takes such a text at all. */
export async function asTenant(world, visit, text) {
  const bot = {
    name: text.slice(0, 100),
    poweredBy: text.slice(0, 100),
    greeting: text.slice(0, 1000),
    starterQuestions: [text.slice(0, 1000)],
  };
  const put = (fields) =>
    world.target.operator('PUT', '/tenants/localhost', { settings: { bot: fields } });
  await put(bot);
  for (const key of ['color', 'icon', 'msgBgColor']) {
    await put({ [key]: text }).catch((error) => assert.match(error.message, /must be/));
  }
  await visit.page.reload();
  await visit.panel.locator('.empty h2').waitFor();
  await assertInert(visit, text);
}
