import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contrast,
  derivePalette,
  fillContrastMin,
  parseColour,
  type Palette,
  type Rgb,
} from '../shared/colour';

/** Black, white, yellow, the default, and sixteen from a fixed generator. */
function brands(): Rgb[] {
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  const fixed: Rgb[] = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 255, 0],
    [102, 126, 234],
  ];
  return [...fixed, ...Array.from({ length: 16 }, (): Rgb => [next(), next(), next()])];
}

const textPairs: [keyof Palette, keyof Palette][] = [
  ...(['surface', 'raised', 'sunken', 'bubble', 'accentSoft'] as const).flatMap((ground) =>
    (['text', 'muted', 'accentInk', 'danger'] as const).map(
      (ink): [keyof Palette, keyof Palette] => [ink, ground],
    ),
  ),
  ['accentText', 'accent'],
  ['danger', 'dangerSoft'],
];
const controlPairs: [keyof Palette, keyof Palette][] = [
  ['control', 'surface'],
  ['control', 'raised'],
  ['control', 'sunken'],
  ['accentInk', 'accentSoft'],
  ['success', 'surface'],
  ['success', 'bubble'],
];

for (const dark of [false, true]) {
  test(`20 brand colours keep their contrast, ${dark ? 'dark' : 'light'}`, () => {
    assert.equal(brands().length, 20);
    for (const brand of brands()) {
      const palette = derivePalette(brand, brand, dark);
      const ratio = (one: keyof Palette, other: keyof Palette) =>
        contrast(parseColour(palette[one])!, parseColour(palette[other])!);
      for (const [ink, ground] of textPairs) {
        assert.ok(ratio(ink, ground) >= 4.5, `${brand}: ${ink} on ${ground} ${ratio(ink, ground)}`);
      }
      for (const [line, ground] of controlPairs) {
        assert.ok(
          ratio(line, ground) >= 3,
          `${brand}: ${line} on ${ground} ${ratio(line, ground)}`,
        );
      }
      assert.ok(ratio('accent', 'surface') >= fillContrastMin - 0.02, `${brand}: fill`);
    }
  });
}

test('colours are read from hex and rgb', () => {
  assert.deepEqual(parseColour('#0a7'), [0, 170, 119]);
  assert.deepEqual(parseColour('667eea'), [102, 126, 234]);
  assert.deepEqual(parseColour('rgb(1, 2, 3)'), [1, 2, 3]);
  assert.equal(parseColour('url(https://evil.example)'), null);
});
