// axe-core inside the panel. It is put in by the driver, past the page's policy, so the policy
// under test stays as it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails with every violation's rule, text and place. Animations are waited for first. */
export async function assertAccessible(frame, what) {
  await frame.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect.getTiming().iterations !== Infinity)
        // One that is taken away before its end is over, too.
        .map((one) => one.finished.catch(() => {})),
    ),
  );
  await frame.evaluate(source);
  const violations = await frame.evaluate(async () => {
    const result = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true }, 'landmark-one-main': { enabled: true } },
    });
    return result.violations.map(
      (one) =>
        `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120) + node.failureSummary)}`,
    );
  });
  assert.deepEqual(violations, [], what);
}
