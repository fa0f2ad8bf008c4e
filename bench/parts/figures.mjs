// Figures as the table shows them, and what they must reach.
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Nearest rank: of 100 values, the 99th. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const ms = (value) => `${value.toFixed(Math.abs(value) < 10 ? 2 : 0)} ms`;
export const us = (value) => `${value.toFixed(value < 10 ? 1 : 0)} µs`;
export const perSecond = (value) => `${Math.round(value)}/s`;
export const kibibytes = (kb) => `${Math.round(kb)} KiB`;
export const mebibytes = (kb) => `${(kb / 1024).toFixed(1)} MiB`;
export const times = (value) => `${value.toFixed(2)} x`;
export const percent = (share) => `${Math.round(share * 100)} %`;

/** What a row must reach: its words, and whether our value or its ratio to the peer's does. */
export const ratioAtLeast = (bound) => ({
  text: `≥ ${bound} x`, holds: (_, ratio) => ratio >= bound,
});
export const ratioAtMost = (bound) => ({
  text: bound < 1 ? `≤ 1/${Math.round(1 / bound)}` : `≤ ${bound} x`,
  holds: (_, ratio) => ratio <= bound,
});
export const atLeast = (bound, show) => ({
  text: `≥ ${show(bound)}`, holds: (value) => value >= bound,
});
export const atMost = (bound, show) => ({
  text: `≤ ${show(bound)}`, holds: (value) => value <= bound,
});

/**
 * One line of the table. `ours` and `theirs` are values, or lists whose medians count; `theirs` and
 * `reach` (a list of what must hold) may be absent.
 */
export function row(what, { ours, theirs, show, reach = [], note = '' }) {
  const middle = (value) => (Array.isArray(value) ? median(value) : value);
  const [own, peer] = [middle(ours), middle(theirs)];
  const line = { what, parley: show(own), note };
  let ratio;
  if (peer !== undefined) {
    ratio = own / peer;
    Object.assign(line, { peer: show(peer), ratio: times(ratio) });
  }
  if (reach.length > 0) {
    line.limit = reach.map((bound) => bound.text).join(', ');
    line.ok = reach.every((bound) => bound.holds(own, ratio)) ? 'ok' : 'short';
  }
  return line;
}

const columns = ['what', 'parley', 'peer', 'ratio', 'limit', 'ok', 'note'];
const titles = ['what', 'Parley', 'peer', 'ratio', 'to reach', '', 'note'];

function asText(rows) {
  const table = [titles, ...rows.map((line) => columns.map((column) => line[column] ?? ''))];
  const widths = columns.map((_, i) => Math.max(...table.map((cells) => cells[i].length)));
  const isLeft = (i) => i === 0 || i >= columns.length - 2;
  const padded = (cell, i) => (isLeft(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return table.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
}

function asMarkdown(rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const body = rows.map((one) => line(columns.slice(0, -1).map((column) => one[column] ?? '')));
  return [line(titles.slice(0, -1)), '|---|--:|--:|--:|--:|---|', ...body].join('\n');
}

export function print(rows, { markdown }) {
  console.log(markdown ? asMarkdown(rows) : asText(rows));
}
