// Puts the derived colours on the document as CSS variables.

import { derivePalette, mix, parseColour, toHex, type Rgb } from '../shared/colour';
import type { State } from './model/state';

const fallback: Rgb = [102, 126, 234];

/** Any CSS colour: numbers are read directly, names are resolved by the browser. */
export function resolveColour(text: unknown, doc: Document): Rgb {
  if (typeof text !== 'string') return fallback;
  const direct = parseColour(text);
  if (direct) return direct;
  const probe = doc.createElement('i');
  probe.style.color = text;
  if (!probe.style.color) return fallback;
  doc.documentElement.append(probe);
  const found = parseColour(getComputedStyle(probe).color);
  probe.remove();
  return found ?? fallback;
}

export function isDark(theme: State['theme'], system: boolean): boolean {
  return theme === 'auto' ? system : theme === 'dark';
}

/** Returns the accent colours, for the launcher on the host page. */
export function applyTheme(
  doc: Document,
  brandText: unknown,
  bubbleText: unknown,
  dark: boolean,
): { color: string; ink: string } {
  const brand = resolveColour(brandText, doc);
  const bubble = resolveColour(bubbleText ?? brandText, doc);
  const palette = derivePalette(brand, bubble, dark);
  const { style } = doc.documentElement;
  for (const [name, value] of Object.entries(palette)) {
    const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    style.setProperty(`--${dashed}`, value);
  }
  const shades = (name: string, colour: Rgb) => {
    style.setProperty(name, toHex(colour));
    style.setProperty(`${name}-dark`, toHex(mix(colour, [0, 0, 0], 0.18)));
    style.setProperty(`${name}-light`, toHex(mix(colour, [255, 255, 255], 0.85)));
  };
  shades('--bot-primary-color', brand);
  shades('--bot-msg-bg-color', bubble);
  doc.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  style.setProperty('color-scheme', dark ? 'dark' : 'light');
  return { color: palette.accent, ink: palette.accentText };
}
