// Colours of a chart's series: the brand's first, then others that can be told from it, each with
// 3:1 against the ground (WCAG 2.2, 1.4.11).

import { luminance, reach, type Rgb } from '../../../shared/colour';

/** A set that stays apart for colour-blind eyes as well. */
const others: readonly Rgb[] = [
  [230, 145, 20],
  [20, 150, 125],
  [190, 85, 155],
  [60, 130, 215],
  [205, 80, 45],
  [120, 125, 140],
];
/** Degrees on the colour wheel below which two colours look alike. */
const apart = 28;

/** Degrees, or null for a grey. */
function hue(colour: Rgb): number | null {
  const [red, green, blue] = colour;
  const top = Math.max(red, green, blue);
  const range = top - Math.min(red, green, blue);
  if (range < 40) return null;
  if (top === red) return (((green - blue) / range) * 60 + 360) % 360;
  return top === green ? ((blue - red) / range) * 60 + 120 : ((red - green) / range) * 60 + 240;
}

function alike(one: Rgb, other: Rgb): boolean {
  const [left, right] = [hue(one), hue(other)];
  if (left === null || right === null) return left === right;
  const turn = Math.abs(left - right);
  return Math.min(turn, 360 - turn) < apart;
}

/** `many` colours, at most six. */
export function seriesColours(accent: Rgb, ground: Rgb, many: number): Rgb[] {
  const far: Rgb = luminance(ground) < 0.2 ? [255, 255, 255] : [0, 0, 0];
  const kept = others.filter((one) => !alike(one, accent));
  const spare = others.filter((one) => alike(one, accent));
  return [accent, ...kept, ...spare]
    .slice(0, many)
    .map((colour) => reach(colour, far, [ground], 3.05));
}
