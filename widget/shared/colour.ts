// Colours derived from one brand colour, with contrast that is computed, never assumed.
//
// Contrast is WCAG 2.2's ratio of relative luminances. Every text pair of a palette is >= 4.5:1
// and every line that identifies a control >= 3:1; tests/colour.test.ts proves it for 20 brand
// colours, light and dark.

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Palette {
  surface: string;
  raised: string;
  sunken: string;
  text: string;
  muted: string;
  line: string;
  control: string;
  accent: string;
  accentText: string;
  accentInk: string;
  accentSoft: string;
  bubble: string;
  danger: string;
  dangerSoft: string;
  success: string;
}

/** Reads #rgb, #rrggbb (alpha digits are dropped) and rgb(r, g, b); null for anything else. */
export function parseColour(text: string): Rgb | null {
  const hex = /^#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text.trim())?.[1];
  if (hex) {
    const wide = hex.length < 6 ? Array.from(hex, (digit) => digit + digit).join('') : hex;
    return [0, 2, 4].map((at) => parseInt(wide.slice(at, at + 2), 16)) as unknown as Rgb;
  }
  const parts = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/.exec(text.trim());
  if (!parts) return null;
  return [1, 2, 3].map((at) => Math.min(255, Number(parts[at]))) as unknown as Rgb;
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `share` of `other` in `one`, 0 to 1. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return [0, 1, 2].map(
    (at) => one[at as 0] + (other[at as 0] - one[at as 0]) * share,
  ) as unknown as Rgb;
}

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
const ink: Rgb = [17, 19, 26];

function rounded(colour: Rgb): Rgb {
  return colour.map(Math.round) as unknown as Rgb;
}

/** The colour nearest to `colour`, on the way to `towards`, with `ratio` against every ground. */
export function reach(colour: Rgb, towards: Rgb, grounds: readonly Rgb[], ratio: number): Rgb {
  for (let step = 0; step <= 50; step++) {
    const candidate = rounded(mix(colour, towards, step / 50));
    if (grounds.every((ground) => contrast(candidate, ground) >= ratio)) return candidate;
  }
  return towards;
}

/** Text for a ground of any colour: white where white reads well, near-black elsewhere. */
function textOn(ground: Rgb): Rgb {
  if (contrast(ground, white) >= 4.5) return white;
  return contrast(ground, ink) >= 4.5 ? ink : black;
}

/** Least contrast of a filled shape with the surface; what is on the fill has 4.5:1 by itself. */
export const fillContrastMin = 1.35;

/** A brand fill that can be told from the surface and that carries readable text. */
function accentFill(brand: Rgb, surface: Rgb, dark: boolean): Rgb {
  const seen = reach(brand, dark ? white : black, [surface], fillContrastMin);
  // Middle tones are deepened a little so that they can carry white, which suits them better.
  const whiteShare = contrast(seen, white);
  if (whiteShare >= 4.5 || whiteShare < 3) return seen;
  const deeper = reach(seen, black, [white], 4.5);
  return contrast(deeper, surface) >= fillContrastMin ? deeper : seen;
}

export function derivePalette(brand: Rgb, bubbleBrand: Rgb, dark: boolean): Palette {
  const surface: Rgb = dark ? [21, 23, 29] : white;
  const raised: Rgb = dark ? [31, 34, 42] : white;
  const sunken: Rgb = dark ? [15, 17, 22] : [246, 247, 249];
  const far = dark ? white : black;
  const accent = accentFill(brand, surface, dark);
  const bubble = rounded(
    mix(dark ? [35, 38, 47] : [243, 244, 247], bubbleBrand, dark ? 0.08 : 0.05),
  );
  const accentSoft = rounded(mix(surface, accent, dark ? 0.22 : 0.1));
  const dangerSoft: Rgb = dark ? [58, 29, 33] : [254, 240, 240];
  const grounds = [surface, raised, sunken, bubble, accentSoft];
  const text = reach(dark ? [236, 238, 242] : [24, 27, 35], far, grounds, 7);
  const palette = {
    surface,
    raised,
    sunken,
    text,
    bubble,
    accent,
    accentSoft,
    dangerSoft,
    muted: reach(dark ? [150, 156, 170] : [104, 111, 126], far, grounds, 4.6),
    line: rounded(mix(surface, far, dark ? 0.14 : 0.1)),
    control: reach(dark ? [98, 104, 118] : [142, 148, 160], far, [surface, raised, sunken], 3.05),
    accentText: textOn(accent),
    accentInk: reach(brand, far, grounds, 4.6),
    danger: reach(dark ? [255, 138, 138] : [190, 30, 45], far, [...grounds, dangerSoft], 4.6),
    success: reach(dark ? [74, 196, 126] : [23, 132, 74], far, [surface, raised, bubble], 3.1),
  };
  const entries = Object.entries(palette).map(([name, colour]) => [name, toHex(colour)]);
  return Object.fromEntries(entries) as unknown as Palette;
}
