// What must hold in the panel at every size: nothing scrolls sideways, nothing is cut off.

import assert from 'node:assert/strict';

/** Names of the frames of the panel that scroll sideways. Sheets scroll inside themselves. */
export function sideways(visit) {
  return visit.frame().evaluate(() => {
    const wide = [...document.querySelectorAll('html, body, .stream, .panel, .files, .uploads')];
    return wide
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.className || one.localName);
  });
}

/** Texts and controls of the panel that are cut off, outside of it, or under the composer. */
function lost() {
  const scrollers = '.stream, .files, .uploads, .sheet, .table, .menu, .code pre, #message-input';
  const panel = document.querySelector('.panel').getBoundingClientRect();
  const seen = (one) => one.checkVisibility() && !one.closest('.sr') && one.offsetWidth > 1;
  const name = (one) => `${one.localName}.${one.className} ${one.textContent.slice(0, 40)}`;
  const all = [...document.querySelectorAll('.panel *')].filter(
    (one) => one instanceof HTMLElement && seen(one),
  );
  const cut = all.filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one);
    if (one.matches(scrollers) || (overflowX !== 'hidden' && overflowY !== 'hidden')) return false;
    return one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2;
  });
  const outside = all.filter((one) => {
    const box = one.getBoundingClientRect();
    const inside = box.left >= panel.left - 1 && box.right <= panel.right + 1;
    return !inside && !one.closest('.sheet, .table, .code pre');
  });
  const composer = document.querySelector('.box')?.getBoundingClientRect();
  const over =
    composer?.height > 0 &&
    ['#attach-btn', '#message-input', '#send-btn'].filter((selector) => {
      const box = document.querySelector(selector).getBoundingClientRect();
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return !top?.closest('.composer, .menu, .menu-shade');
    });
  return [
    ...cut.map((one) => `cut: ${name(one)}`),
    ...outside.map((one) => `out: ${name(one)}`),
  ].concat((over || []).map((selector) => `covered: ${selector}`));
}

export async function assertWhole(visit, what) {
  assert.deepEqual(await visit.frame().evaluate(lost), [], what);
  assert.deepEqual(await sideways(visit), [], what);
}
