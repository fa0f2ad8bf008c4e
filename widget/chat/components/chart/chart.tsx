// A chart of a result. What draws it is fetched with the first chart; until then, and without it,
// the table view has everything.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { parseColour, type Rgb } from '../../../shared/colour';
import { cleanText } from '../../../shared/text';
import type { Receipt } from '../../model/receipt';
import { columnFormats } from '../result/format';
import { useTexts } from '../result/texts';
import { seriesColours } from './palette';
import { points, type ChartKind, type ChartShape } from './shape';
import type { ChartLook, ChartSpec } from './draw';

type Draw = typeof import('./draw');

/** Longer names are cut at the axis; the table has them whole. */
const nameMax = 24;

/** Colours and type as the page has them now; forced colours win over the theme. */
function lookOf(host: HTMLElement, many: number): ChartLook {
  const style = getComputedStyle(host);
  const root = getComputedStyle(document.documentElement);
  const forced = matchMedia('(forced-colors: active)').matches;
  const token = (name: string) => root.getPropertyValue(name).trim();
  const ground = (forced ? style.backgroundColor : token('--raised')) || '#fff';
  const ink = forced ? style.color : token('--text');
  const colour = (text: string, fallback: Rgb) => parseColour(text) ?? fallback;
  const accent = colour(forced ? style.color : token('--accent-ink'), [81, 102, 214]);
  return {
    ground,
    ink,
    muted: forced ? ink : token('--muted'),
    line: forced ? ink : token('--line'),
    colours: seriesColours(accent, colour(ground, [255, 255, 255]), many),
    font: style.fontFamily,
    still: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}

function useDraw(): Draw | 'failed' | null {
  const [draw, setDraw] = useState<Draw | 'failed' | null>(null);
  useEffect(() => {
    let current = true;
    import('./draw').then(
      (module) => current && setDraw(module),
      () => current && setDraw('failed'),
    );
    return () => {
      current = false;
    };
  }, []);
  return draw;
}

/** Counts the changes of the theme, so that a chart can follow them. */
function useThemeChanges(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const seen = new MutationObserver(() => setCount((now) => now + 1));
    const attributeFilter = ['data-theme', 'style', 'dir'];
    seen.observe(document.documentElement, { attributes: true, attributeFilter });
    return () => seen.disconnect();
  }, []);
  return count;
}

interface Props {
  receipt: Receipt;
  shape: ChartShape;
  kind: ChartKind;
}

function useSpec({ receipt, shape, kind }: Props): Omit<ChartSpec, 'look'> {
  const texts = useTexts();
  return useMemo(() => {
    const formats = columnFormats(receipt, texts.lang, {
      yes: texts.t('yes'),
      no: texts.t('no'),
    });
    const { names, series } = points(receipt, shape);
    const shorten = (name: string) =>
      Array.from(name).length > nameMax
        ? `${Array.from(name)
            .slice(0, nameMax - 1)
            .join('')}…`
        : name;
    return {
      kind,
      lang: texts.lang,
      rtl: texts.dir === 'rtl',
      temporal: shape.temporal,
      names: names.map((name) => shorten(name === null ? '–' : cleanText(name))),
      series: series.map((one, at) => ({
        ...one,
        name: shorten(one.name),
        show: (value: number) => formats[shape.series[at]!]!.show(value),
      })),
    };
  }, [receipt, shape, kind, texts]);
}

/** Rows of bars need room each; the other kinds have a fixed size. */
function heightOf(spec: Omit<ChartSpec, 'look'>): number {
  if (spec.kind !== 'bar' || spec.temporal) return 240;
  const bars = spec.names.length * Math.max(1, spec.series.length * 0.7);
  return Math.round(Math.min(560, Math.max(120, 28 * bars + 32)));
}

export function ChartView(props: Props) {
  const texts = useTexts();
  const draw = useDraw();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const changes = useThemeChanges();
  const spec = useSpec(props);
  useEffect(() => {
    if (!box.current || !canvas.current || !draw || draw === 'failed') return undefined;
    const many = spec.kind === 'pie' ? spec.names.length : spec.series.length;
    return draw.drawChart(canvas.current, { ...spec, look: lookOf(box.current, many) });
  }, [draw, spec, changes]);
  if (draw === 'failed') return <p class="result-note">{texts.t('chartFailed')}</p>;
  const label = texts.t('chartLabel', {
    kind: texts.t(spec.kind),
    values: spec.series.map((one) => one.name).join(', '),
    name: cleanText(props.receipt.columns[0]?.name ?? ''),
  });
  return (
    <div class="chart" ref={box} style={{ height: `${heightOf(spec)}px` }}>
      {draw ? null : <p class="result-note">{texts.t('chartLoading')}</p>}
      <canvas ref={canvas} role="img" aria-label={label} hidden={!draw} />
    </div>
  );
}
