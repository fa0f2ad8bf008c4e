// Rows of a part's table: what was measured, the limit, and whether it holds.

/** `value` is exactly `wanted`. */
export const exactly = (what, value, wanted) => ({
  what,
  value,
  limit: String(wanted),
  ok: value === wanted,
});

export const none = (what, value) => exactly(what, value, 0);

export const atLeast = (what, value, least, unit = '') => ({
  what,
  value: said(value, unit),
  limit: `≥ ${said(least, unit)}`,
  ok: value >= least,
});

export const atMost = (what, value, most, unit = '') => ({
  what,
  value: said(value, unit),
  limit: `≤ ${said(most, unit)}`,
  ok: value <= most,
});

/** As atMost(), but a time: judged in the long form only, because a busy machine is no fault. */
export const inTime = (long, what, value, most, unit = 'ms') =>
  long
    ? atMost(what, value, most, unit)
    : told(`${what} (limit: ${said(most, unit)})`, said(value, unit));

/** Told, not judged. */
export const told = (what, value) => ({ what, value: String(value), limit: '', ok: true });

function said(value, unit) {
  const text = Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : value.toFixed(Math.abs(value) < 10 ? 2 : 0);
  return unit ? `${text} ${unit}` : text;
}

/** The value below which `share` (0 to 1) of `values` lie; NaN of none. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0
    ? NaN
    : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
