// Which charts a result can be drawn as, by its shape alone. Pure.
//
// A chart needs one column that names (texts, dates, years) before one or more that count. A pie
// is offered only where the parts are known to make up a whole.

import type { Receipt } from '../../model/receipt';
import { namesSomething, numberOf } from '../result/format';

export type ChartKind = 'bar' | 'line' | 'pie';

export interface ChartShape {
  /** Those that suit, the best first. */
  kinds: readonly ChartKind[];
  /** Names are points in time. */
  temporal: boolean;
  /** Columns that are drawn. */
  series: readonly number[];
}

export const barsMax = 30;
export const partsMax = 6;
const seriesMax = 4;
/** Columns whose largest values are further apart would flatten each other on one scale. */
const scaleMax = 20;

const time = /^\d{4}([-/](\d\d?|Q[1-4]|W\d\d)([-/]\d\d?)?([T ].*)?)?$/i;
const isYear = (value: unknown) => Number.isInteger(value) && +value! >= 1000 && +value! <= 2999;

/** Null: the first column does not name its rows. */
function naming(receipt: Receipt): 'time' | 'text' | null {
  const all = receipt.rows.map((row) => row[0] ?? null);
  const names = all.filter((name) => name !== null);
  const [first] = receipt.columns;
  if (!first || new Set(all).size < all.length) return null;
  if (/^(date|timestamp)$/.test(first.type)) return 'time';
  if (first.type === 'integer') {
    return namesSomething(first.name) && names.every(isYear) ? 'time' : null;
  }
  if (!/^(text|boolean)$/.test(first.type)) return null;
  return names.every((name) => time.test(String(name))) ? 'time' : 'text';
}

const valuesOf = (receipt: Receipt, column: number) =>
  receipt.rows.map((row) => numberOf(row[column] ?? null));

function isSorted(values: readonly (number | null)[]): boolean {
  const steps = values.slice(1).map((value, at) => (value ?? 0) - (values[at] ?? 0));
  return steps.every((step) => step <= 0) || steps.every((step) => step >= 0);
}

/** The column the result is about (the one it is ordered by, else the first) and its like. */
function pickSeries(receipt: Receipt, columns: readonly number[], temporal: boolean): number[] {
  const ordered = temporal ? undefined : columns.find((at) => isSorted(valuesOf(receipt, at)));
  const main = ordered ?? columns[0]!;
  const peak = (column: number) =>
    Math.max(...valuesOf(receipt, column).map((value) => Math.abs(value ?? 0)));
  const top = peak(main);
  const near = (column: number) => {
    const other = peak(column);
    return other > 0 && other * scaleMax >= top && other <= top * scaleMax;
  };
  return columns.filter((column) => column === main || near(column)).slice(0, seriesMax);
}

/** Query text without its quoted parts. */
const bare = (sql: string) => sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`/g, "''");

function makesWhole(receipt: Receipt, column: number): boolean {
  const values = valuesOf(receipt, column);
  if (values.length > partsMax || !values.every((value) => value !== null && value > 0)) {
    return false;
  }
  const sum = values.reduce<number>((total, value) => total + (value ?? 0), 0);
  if (Math.abs(sum - 100) <= 0.5 || Math.abs(sum - 1) <= 0.005) return true;
  const sql = bare(receipt.sql);
  return (
    /\b(sum|count|total)\s*\(/i.test(sql) &&
    /\bgroup\s+by\b/i.test(sql) &&
    !/\b(limit|having|avg|min|max|over|distinct)\b/i.test(sql)
  );
}

/** Null when no chart suits. Looks at the rows that are there; a stored receipt may have more. */
export function chartShape(receipt: Receipt): ChartShape | null {
  if (receipt.rowCount < 2 || receipt.truncated || receipt.columns.length < 2) return null;
  const kind = naming(receipt);
  const columns = receipt.columns.map((_, at) => at).slice(1);
  const numeric = (column: number) => {
    const cells = receipt.rows.map((row) => row[column] ?? null);
    return (
      /^(integer|real)$/.test(receipt.columns[column]!.type) &&
      cells.every((one) => one === null || numberOf(one) !== null)
    );
  };
  if (!kind || !columns.every(numeric)) return null;
  const amounts = columns.filter((column) => !namesSomething(receipt.columns[column]!.name));
  if (amounts.length === 0) return null;
  const temporal = kind === 'time';
  const series = pickSeries(receipt, amounts, temporal);
  const few = receipt.rowCount <= barsMax;
  const kinds: ChartKind[] = temporal ? ['line'] : [];
  if (few) kinds.push('bar');
  if (amounts.length === 1 && !temporal && makesWhole(receipt, amounts[0]!)) kinds.push('pie');
  return kinds.length ? { kinds, temporal, series } : null;
}

export interface Points {
  names: (string | null)[];
  series: { name: string; values: (number | null)[] }[];
}

/** What is drawn: the rows in the query's order, points in time from first to last. */
export function points(receipt: Receipt, shape: ChartShape): Points {
  const rows = [...receipt.rows];
  const name = (row: (typeof rows)[number]) => String(row[0] ?? '');
  if (shape.temporal) rows.sort((one, other) => (name(one) < name(other) ? -1 : 1));
  return {
    names: rows.map((row) => (row[0] === null ? null : String(row[0]))),
    series: shape.series.map((column) => ({
      name: receipt.columns[column]!.name,
      values: rows.map((row) => numberOf(row[column] ?? null)),
    })),
  };
}
