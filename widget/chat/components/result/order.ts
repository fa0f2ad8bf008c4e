// The order of a result's rows: the query's own, or by one column. Pure.

import type { Cell } from '../../model/receipt';
import { numberOf } from './format';

export interface Order {
  column: number;
  direction: 'ascending' | 'descending';
}

type Row = readonly Cell[];

/** What a press of a column's head leads to: up, down, and back to the query's order. */
export function nextOrder(now: Order | null, column: number): Order | null {
  if (now?.column !== column) return { column, direction: 'ascending' };
  return now.direction === 'ascending' ? { column, direction: 'descending' } : null;
}

/** Whole numbers beyond 2^53 come as texts and must not be rounded to be compared. */
function compareNumbers(one: Cell, other: Cell): number {
  if (typeof one === 'string' && typeof other === 'string') {
    const [left, right] = [BigInt(one), BigInt(other)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return (numberOf(one) ?? 0) - (numberOf(other) ?? 0);
}

/** Rows without a value stay last, whichever the direction; equal rows keep their order. */
export function ordered(
  rows: readonly Row[],
  order: Order | null,
  numeric: boolean,
  lang: string,
): readonly Row[] {
  if (!order) return rows;
  const { column, direction } = order;
  const texts = new Intl.Collator(lang, { numeric: true });
  const compare = numeric
    ? compareNumbers
    : (one: Cell, other: Cell) => texts.compare(String(one), String(other));
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((left, right) => {
    const [one, other] = [left[column] ?? null, right[column] ?? null];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * compare(one, other);
  });
}
