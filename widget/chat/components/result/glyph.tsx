// Icons that only results need.

import { Stroke } from '../icon/icon';

const paths = {
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14',
  bar: 'M5 20v-8M12 20V5M19 20v-11',
  line: 'M4 17l5-6 4 3 7-8',
  pie: 'M12 4a8 8 0 1 0 8 8h-8zM16 3.5A8 8 0 0 1 20.5 8H16z',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  fold: 'M7 10l5 5 5-5',
  ascending: 'M12 19V6M7 11l5-5 5 5',
  descending: 'M12 5v13M7 13l5 5 5-5',
  proof: 'M7 3h10v18l-2.5-2-2.5 2-2.5-2L7 21zM10 8h4M10 12h4',
} as const;

export type GlyphName = keyof typeof paths;

export function Glyph({ name, size = 18 }: { name: GlyphName; size?: number }) {
  return <Stroke name={name} path={paths[name]} size={size} />;
}
