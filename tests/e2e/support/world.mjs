// Everything one test needs: the server under test behind a line that can be cut, a site on another
// origin, and a browser context that is watched.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test as nodeTest } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, Watch } from './browser.mjs';
import { startHostPages } from './host_pages.mjs';
import { startLine } from './line.mjs';
import { strangersIn } from './net_log.mjs';
import { startTarget } from './target.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

const out = fileURLToPath(new URL('../out', import.meta.url));

/**
 * Longest time a condition may take, one that waits for a long answer or a large file, and a test.
 * They are there to end what hangs: a slow machine is no fault, and a wait that succeeds ends at
 * once.
 */
export const waitMs = 30_000;
export const longWaitMs = 120_000;
const testMs = 300_000;
export const longTestMs = 900_000;

export class World {
  constructor(target, line, host, ownBrowser = null) {
    this.ownBrowser = ownBrowser;
    this.target = target;
    this.line = line;
    this.host = host;
    this.server = `http://127.0.0.1:${line.port}`;
    this.watch = new Watch();
    this.contexts = [];
    this.allowed = { errors: false, violations: false, foreign: [] };
  }

  async context(options = {}) {
    const from = this.ownBrowser?.browser ?? browser;
    const made = await from.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    made.setDefaultTimeout(waitMs);
    this.watch.attach(made);
    this.contexts.push(made);
    return made;
  }

  /** Opens a host page as described by `spec`; the panel is opened unless `spec.closed`. */
  async visit(spec = {}, context = null) {
    const where = context ?? (await this.context(spec.context));
    const page = await where.newPage();
    await page.goto(this.host.url({ server: this.server, ...spec }));
    const plain = spec.frame !== undefined || spec.tags?.length === 0;
    const panel = page.frameLocator(plain ? '#plain' : 'parley-widget iframe').first();
    if (!plain) await page.waitForFunction(() => Boolean(window.Parley));
    if (!plain && !spec.closed) {
      await page.evaluate(() => window.Parley.open());
      await panel.locator('#message-input').waitFor();
      // The bot's name comes with its settings, a moment later; a start that fails has none.
      await panel.locator('#bot-name:not(:empty), .banner-bad').first().waitFor();
    }
    return new Visit(page, panel, where);
  }

  /** Keeps what the pages of a failed test look like, in tests/e2e/out. */
  async keepEvidence(name) {
    const file = name.replace(/\W+/g, '-').slice(0, 60);
    const pages = this.contexts.flatMap((context) => context.pages());
    for (const [at, page] of pages.entries()) {
      await page.screenshot({ path: `${out}/${file}-${at}.png` }).catch(() => {});
    }
  }

  async end() {
    for (const context of this.contexts) await context.close();
    const strangers = await this.ownBrowser?.end();
    await Promise.all([this.line.close(), this.host.close()]);
    await this.target.close();
    const { errors, violations, foreign } = this.allowed;
    if (!errors) assert.deepEqual(this.watch.errors, [], 'uncaught exceptions');
    if (!violations) {
      assert.deepEqual(this.watch.violations, [], 'CSP violations');
      assert.deepEqual(this.target.reports ?? [], [], 'CSP reports');
    }
    assert.deepEqual(
      this.watch.foreign(this.server, this.host.origin, ...foreign),
      [],
      'foreign requests',
    );
    const isAllowed = (host) => foreign.some((origin) => origin.includes(`//${host}`));
    assert.deepEqual(strangers?.filter((host) => !isAllowed(host)) ?? [], [], 'network log');
  }
}

/** A browser of one test, whose network is logged; `end()` closes it and names the strangers. */
async function loggedBrowser() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-net-'));
  const file = path.join(folder, 'log.json');
  const own = await launch(file);
  return {
    browser: own,
    end: async () => {
      await own.close();
      const strangers = strangersIn(file);
      await rm(folder, { recursive: true, force: true });
      return strangers;
    },
  };
}

/** A page with an open panel, and what a visitor does there. */
export class Visit {
  constructor(page, panel, context) {
    this.page = page;
    this.panel = panel;
    this.context = context;
    this.input = panel.locator('#message-input');
    this.answers = panel.locator('.row-assistant');
    this.own = panel.locator('.row-visitor');
  }

  say(text) {
    return send(this.input, text);
  }

  async ask(text, timeout = waitMs) {
    const before = await this.done().count();
    await this.say(text);
    await this.done().nth(before).waitFor({ timeout });
    await this.drawn();
  }

  /** Answers are plain text until the code that draws them, asked for by the first, is there. */
  async drawn() {
    const loaded = () =>
      this.frame().evaluate(async () => {
        const names = performance.getEntriesByType('resource').map((one) => one.name);
        const code = names.find((name) => /\/stream-[^/]*\.js$/.test(name));
        if (code) await import(code);
        return Boolean(code);
      });
    await until(loaded, 'answers drawn');
  }

  done() {
    return this.panel.locator('.row-assistant[data-state="done"]');
  }

  state(name) {
    return this.panel.locator(`[data-state="${name}"]`);
  }

  lastText() {
    return this.answers.last().locator('.markdown').innerText();
  }

  frame() {
    return this.page.frames().find((frame) => frame.url().includes('/chatbot.html'));
  }

  attach(name, text) {
    return this.attachAll({ [name]: text });
  }

  /** `texts`: contents by file name, chosen in one go. */
  async attachAll(texts) {
    const files = Object.entries(texts).map(([name, text]) => ({
      name,
      mimeType: /json$/i.test(name) ? 'application/json' : 'text/csv',
      buffer: Buffer.from(text),
    }));
    await this.panel.locator('input[type=file]').setInputFiles(files);
  }

  /** Opens the list of files from the menu. */
  async openFiles() {
    await this.panel.locator('#menu-btn').click();
    await this.panel.locator('#menu button').first().click();
    await this.panel.locator('main.files').waitFor();
  }
}

/**
 * Writes into a composer and sends. The driver's keys go to the frame that the browser process
 * holds for focused, which may lag behind a click in another one; so each step is repeated until
 * it took effect.
 */
export async function send(input, text) {
  const held = text.replace(/\r\n?/g, '\n'); // by a text field
  const write = async () => {
    await input.fill(text);
    return (await input.inputValue()) === held;
  };
  const enter = async () => {
    await input.press('Enter');
    return (await input.inputValue()) === '';
  };
  await until(write, 'text written');
  await until(enter, 'message sent');
}

/** Waits until `check` gives a true value; fails with `what` after waitMs. */
export async function until(check, what) {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    assert.ok(Date.now() < deadline, `timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/**
 * A test with a world of its own. `options.fakeOnly` skips it against the real binary, `realOnly`
 * against the fake server; `netLog` judges Chromium's own log, too; PARLEY_FAKE_ONLY leaves out all but the first, so that two runs make each
 * test once.
 */
export function test(name, options, body) {
  const [given, run] = typeof options === 'function' ? [{}, options] : [options, body];
  if (process.env.PARLEY_FAKE_ONLY && !given.fakeOnly) return;
  const real = Boolean(process.env.PARLEY_BINARY);
  const skip =
    (given.fakeOnly && real && 'needs the fake server') ||
    (given.realOnly && !real && 'needs the real binary');
  nodeTest(name, { skip, timeout: given.timeout ?? testMs }, async () => {
    const target = await startTarget(given.target);
    const own = given.netLog ? await loggedBrowser() : null;
    const world = new World(target, await startLine(target.port), await startHostPages(), own);
    let failed = true;
    try {
      await run(world);
      failed = false;
    } finally {
      if (failed) await world.keepEvidence(name);
      if (failed)
        world.allowed = { errors: true, violations: true, foreign: ['http:/', 'https:/'] };
      await world.end();
    }
  });
}
