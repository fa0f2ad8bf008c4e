// Draws a chart on a canvas. The only file that knows the chart library; a chunk of its own.

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LineController,
  LineElement,
  LinearScale,
  PieController,
  ArcElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartOptions,
  type Plugin,
  type ScaleOptions,
} from 'chart.js';
import { toHex, type Rgb } from '../../../shared/colour';
import type { ChartKind } from './shape';

Chart.register(
  ...[BarController, BarElement, CategoryScale, Legend, LineController, LineElement],
  ...[LinearScale, PieController, ArcElement, PointElement, Tooltip],
);

export interface ChartLook {
  ground: string;
  ink: string;
  muted: string;
  line: string;
  /** One for each series, or for each part of a pie. */
  colours: Rgb[];
  font: string;
  /** No animation. */
  still: boolean;
}

export interface ChartSeries {
  name: string;
  values: (number | null)[];
  show(value: number): string;
}

export interface ChartSpec {
  kind: ChartKind;
  lang: string;
  rtl: boolean;
  temporal: boolean;
  names: string[];
  series: ChartSeries[];
  look: ChartLook;
}

/** Lines are told apart by more than their colour. */
const dashes = [[], [6, 4], [2, 3], [10, 4, 2, 4]];
const marks = ['circle', 'rect', 'triangle', 'rectRot'] as const;
/** Of the width, for the names of bars that lie. */
const namesShare = 0.4;
/** Points are marked as long as they do not touch. */
const marksMax = 40;

const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** Bars of names lie down, so that names have room and values stand behind their bars. */
const liesDown = (spec: ChartSpec) => spec.kind === 'bar' && !spec.temporal;
const labelled = (spec: ChartSpec) => liesDown(spec) && spec.series.length === 1;

const labelFont = (spec: ChartSpec) => `12px ${spec.look.font}`;

/** Writes each value behind its bar. */
function valueLabels(spec: ChartSpec): Plugin<'bar'> {
  return {
    id: 'values',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      const { values, show } = spec.series[0]!;
      ctx.save();
      ctx.font = labelFont(spec);
      ctx.fillStyle = spec.look.ink;
      ctx.textBaseline = 'middle';
      chart.getDatasetMeta(0).data.forEach((bar, at) => {
        const value = values[at];
        if (value === null || value === undefined) return;
        const back = value < 0 !== spec.rtl;
        ctx.textAlign = back ? 'right' : 'left';
        ctx.fillText(show(value), bar.x + (back ? -6 : 6), bar.y);
      });
      ctx.restore();
    },
  };
}

function widestLabel(canvas: HTMLCanvasElement, spec: ChartSpec): number {
  const context = canvas.getContext('2d');
  if (!context || !labelled(spec)) return 0;
  context.font = labelFont(spec);
  const { values, show } = spec.series[0]!;
  return Math.max(...values.map((value) => context.measureText(show(value ?? 0)).width)) + 10;
}

/** Without an axis there are no round numbers to reach: bars use all the room. */
function boundsOf(values: readonly (number | null)[]): { min: number; max: number } {
  const all = values.map((value) => value ?? 0);
  return { min: Math.min(0, ...all), max: Math.max(0, ...all) };
}

/** As much of a name as fits beside the bars. */
function fitted(name: string, context: CanvasRenderingContext2D, room: number): string {
  if (context.measureText(name).width <= room) return name;
  const letters = Array.from(name);
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > room) {
    letters.pop();
  }
  return `${letters.join('')}…`;
}

function scalesOf(spec: ChartSpec): Record<string, ScaleOptions> {
  const { look, rtl } = spec;
  const down = liesDown(spec);
  const compact = new Intl.NumberFormat(spec.lang, { notation: 'compact' });
  const ticks = { color: look.muted, font: { family: look.font, size: 12 } };
  const values: ScaleOptions<'linear'> = {
    type: 'linear',
    display: !labelled(spec),
    reverse: down && rtl,
    position: down ? 'bottom' : rtl ? 'right' : 'left',
    beginAtZero: spec.kind === 'bar',
    ...(labelled(spec) ? boundsOf(spec.series[0]!.values) : {}),
    grid: { color: look.line, drawTicks: false },
    border: { display: false },
    ticks: { ...ticks, padding: 8, maxTicksLimit: 5, callback: (value) => compact.format(+value) },
  } as ScaleOptions<'linear'>;
  const names: ScaleOptions<'category'> = {
    type: 'category',
    reverse: !down && rtl,
    position: down ? (rtl ? 'right' : 'left') : 'bottom',
    grid: { display: false },
    border: { color: look.line, display: !down },
    ticks: down
      ? {
          ...ticks,
          color: look.ink,
          autoSkip: false,
          crossAlign: 'far',
          callback(_value, at) {
            this.chart.ctx.font = labelFont(spec);
            return fitted(spec.names[at] ?? '', this.chart.ctx, this.chart.width * namesShare);
          },
        }
      : { ...ticks, maxRotation: 0, autoSkipPadding: 16 },
  } as ScaleOptions<'category'>;
  return down ? { x: values, y: names } : { x: names, y: values };
}

function datasetsOf(spec: ChartSpec): ChartConfiguration['data']['datasets'] {
  const { look, kind, series } = spec;
  if (kind === 'pie') {
    const colours = look.colours.map(toHex);
    return [
      {
        data: series[0]!.values,
        backgroundColor: colours,
        borderColor: look.ground,
        borderWidth: 2,
      },
    ];
  }
  return series.map((one, at) => {
    const colour = toHex(look.colours[at]!);
    const common = { label: one.name, data: one.values, backgroundColor: colour };
    if (kind === 'bar') return { ...common, borderRadius: 4, maxBarThickness: 28 };
    return {
      ...common,
      borderColor: colour,
      borderWidth: 2,
      borderDash: dashes[at % dashes.length]!,
      pointStyle: marks[at % marks.length]!,
      pointRadius: spec.names.length <= marksMax ? 3 : 0,
      pointHoverRadius: 5,
      tension: 0.25,
      cubicInterpolationMode: 'monotone' as const,
    };
  });
}

/** A pie's parts are named with their share, so that no colour has to be looked up. */
function pieNames(spec: ChartSpec): string[] {
  const values = spec.series[0]!.values;
  const total = sum(values);
  const share = new Intl.NumberFormat(spec.lang, { style: 'percent', maximumFractionDigits: 1 });
  return spec.names.map((name, at) => `${name} · ${share.format((values[at] ?? 0) / total)}`);
}

function optionsOf(spec: ChartSpec, room: number): ChartOptions {
  const { look, rtl, kind } = spec;
  const font = { family: look.font, size: 12 };
  const inset = rtl ? { left: room, right: 4 } : { left: 4, right: room };
  return {
    animation: look.still ? false : { duration: 240 },
    locale: spec.lang,
    responsive: true,
    maintainAspectRatio: false,
    indexAxis: liesDown(spec) ? 'y' : 'x',
    layout: { padding: room ? { top: 4, bottom: 4, ...inset } : 4 },
    interaction: { mode: kind === 'pie' ? 'nearest' : 'index', intersect: kind === 'pie' },
    scales: kind === 'pie' ? {} : scalesOf(spec),
    plugins: {
      legend: {
        display: kind === 'pie' || spec.series.length > 1,
        position: kind === 'pie' ? (rtl ? 'left' : 'right') : 'bottom',
        rtl,
        labels: { color: look.ink, font, usePointStyle: true, boxHeight: 8, padding: 12 },
        onClick: () => {},
      },
      tooltip: {
        rtl,
        textDirection: rtl ? 'rtl' : 'ltr',
        backgroundColor: look.ink,
        titleColor: look.ground,
        bodyColor: look.ground,
        titleFont: font,
        bodyFont: font,
        displayColors: false,
        callbacks: {
          label: ({ datasetIndex, dataIndex }) => {
            const { name, values, show } = spec.series[datasetIndex]!;
            return `${name}: ${show(values[dataIndex] ?? 0)}`;
          },
        },
      },
    },
  } as ChartOptions;
}

/** Draws until the returned function is called; follows the size of the canvas's parent. */
export function drawChart(canvas: HTMLCanvasElement, spec: ChartSpec): () => void {
  const chart = new Chart(canvas, {
    type: spec.kind,
    data: {
      labels: spec.kind === 'pie' ? pieNames(spec) : spec.names,
      datasets: datasetsOf(spec),
    },
    options: optionsOf(spec, widestLabel(canvas, spec)),
    plugins: labelled(spec) ? [valueLabels(spec) as Plugin] : [],
  } as ChartConfiguration);
  return () => chart.destroy();
}
