// Other ways of reading: forced colours and text at 200 %. Nothing is lost, nothing lies on the
// composer, nothing scrolls sideways, and axe finds nothing.

import { readFileSync } from 'node:fs';
import { assertAccessible } from '../support/axe.mjs';
import { assertWhole } from '../support/layout.mjs';
import { longTestMs, test } from '../support/world.mjs';

const orders = readFileSync(
  new URL('../../../widget/dist/demo/orders.csv', import.meta.url),
  'utf8',
);

const states = {
  empty: async () => {},
  menu: async (visit) => {
    await visit.panel.locator('#menu-btn').click();
    await visit.panel.locator('#menu').waitFor();
  },
  'no files': (visit) => visit.openFiles(),
  'table and code': (visit) => visit.ask('[[table]]'),
  failure: async (visit) => {
    await visit.say('[[fail]]');
    await visit.panel.locator('.failure').waitFor();
  },
  'long draft': (visit) => visit.input.fill('A question that needs many words. '.repeat(20)),
  'file cards': async (visit) => {
    await visit.attachAll({ 'orders.csv': orders, 'bad.pdf': 'x' });
    await visit.panel.locator('.file-card').waitFor();
  },
  'list of files': async (visit) => {
    await visit.attach('orders.csv', orders);
    await visit.panel.locator('.file-card').waitFor();
    await visit.openFiles();
    await visit.panel.getByRole('button', { name: 'Show the first rows' }).click();
    await visit.panel.locator('.preview').waitFor();
    await visit.panel.locator('.file-delete').click();
  },
};

/** Every page and frame begins with text of twice the size. */
const doubleText = () => {
  const grow = () => document.documentElement?.style.setProperty('font-size', '200%');
  grow();
  document.addEventListener('readystatechange', grow);
};

const modes = {
  'forced colours': { options: { forcedColors: 'active' } },
  'forced colours, dark': { options: { forcedColors: 'active', colorScheme: 'dark' } },
  'text at 200 %': { script: doubleText },
  'text at 200 % on a phone': {
    options: { viewport: { width: 360, height: 740 } },
    script: doubleText,
  },
};

for (const [mode, { options, script }] of Object.entries(modes)) {
  test(`the panel is whole with ${mode}`, { timeout: longTestMs }, async (world) => {
    const context = await world.context({ reducedMotion: 'reduce', ...options });
    if (script) await context.addInitScript(script);
    for (const [name, reach] of Object.entries(states)) {
      const visit = await world.visit({ tags: [{ 'data-id': name.replace(/ /g, '-') }] }, context);
      await reach(visit);
      await assertWhole(visit, `${name}, ${mode}`);
      await assertAccessible(visit.frame(), `${name}, ${mode}`);
      await visit.page.close();
    }
  });
}
