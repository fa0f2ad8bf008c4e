// How a cost grows: one line for each size, beside the smallest, and what the growth must be.
import { median } from '../figures.mjs';

/** Kinds of growth: what the cost may be at `size` times the smallest, whose cost is 1. */
export const flat = { name: 'flat', most: () => 1.5 };
export const logarithmic = { name: 'logarithmic', most: (size) => 1 + Math.log2(size) / 2 };
export const linear = { name: 'linear', most: (size) => 1.5 * size };

/**
 * `points` are [size, values]: the median counts. The words of a size are named(size). A cost that
 * grows less than it may is as good.
 */
export function growth(what, points, { named, show, must, note = '' }) {
  const [smallest, first] = [points[0][0], median(points[0][1])];
  return points.map(([size, values], i) => {
    const cost = median(values);
    const grown = cost / first;
    const isLast = i === points.length - 1;
    return {
      what: `${what}: ${named(size)}`, parley: show(cost), ratio: `${grown.toFixed(1)} x`,
      limit: isLast ? must.name : '', note: isLast ? note : '',
      ok: isLast ? (grown <= must.most(size / smallest) ? 'ok' : 'short') : '',
    };
  });
}

export const counted = (unit) => (size) => `${size.toLocaleString('en')} ${unit}`;
