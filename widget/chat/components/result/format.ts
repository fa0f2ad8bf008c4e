// How the cells of a result are shown: numbers by the visitor's language and alike within their
// column, everything else as it stands.

import { cleanText } from '../../../shared/text';
import type { Cell, Receipt } from '../../model/receipt';

/** Longer texts are cut in the table; the download has them whole. */
export const textMax = 300;
/** More digits than this after the point come from a division: they are rounded. */
const exactDigitsMax = 4;

export interface Words {
  yes: string;
  no: string;
}

export interface ColumnFormat {
  name: string;
  /** Aligned to the end, and ordered by value. */
  numeric: boolean;
  show(cell: Cell): string;
}

/** The value of a number, or of a whole number that was too large for one. */
export function numberOf(cell: Cell): number | null {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? Number(cell) : null;
}

/** Whole numbers that name something are not amounts: 2026 is a year, 10115 a postcode. */
const names = /(^|[_\s-])(id|nr|no|zip|plz|key|uuid|code|year|jahr|año|année|phone)$|عام|سنة|年/i;

export function namesSomething(column: string): boolean {
  return names.test(column) || /[a-z]Id$/.test(column);
}

/** Digits after the point, without the noise of binary fractions. */
function digitsOf(value: number): number {
  const text = String(Number(value.toPrecision(15)));
  return /e/.test(text) ? 0 : (text.split('.')[1]?.length ?? 0);
}

function digitsFor(values: readonly number[]): number {
  const most = values.reduce((digits, value) => Math.max(digits, digitsOf(value)), 0);
  if (most <= exactDigitsMax) return most;
  return values.some((value) => Math.abs(value) >= 1) ? 2 : exactDigitsMax;
}

function numberFormat(lang: string, name: string, values: readonly number[]) {
  const digits = digitsFor(values);
  return new Intl.NumberFormat(lang, {
    useGrouping: !namesSomething(name),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function showNumber(format: Intl.NumberFormat, cell: Cell): string {
  if (typeof cell === 'string' && /^-?\d+$/.test(cell)) return format.format(BigInt(cell));
  return typeof cell === 'number' ? format.format(cell) : String(cell);
}

/** One for every column of the result, from all the rows there are. */
export function columnFormats(receipt: Receipt, lang: string, words: Words): ColumnFormat[] {
  return receipt.columns.map(({ name, type }, at) => {
    const cells = receipt.rows.map((row) => row[at] ?? null).filter((cell) => cell !== null);
    if (type === 'boolean') {
      const show = (cell: Cell) =>
        cell === 1 || cell === 0 ? (cell === 1 ? words.yes : words.no) : cleanText(String(cell));
      return { name, numeric: false, show };
    }
    const numeric =
      type === 'integer' || type === 'real'
        ? cells.every((cell) => numberOf(cell) !== null)
        : cells.length > 0 && cells.every((cell) => typeof cell === 'number');
    if (!numeric) return { name, numeric, show: (cell) => cleanText(String(cell)) };
    const format = numberFormat(
      lang,
      name,
      cells.map((cell) => numberOf(cell) ?? 0),
    );
    return { name, numeric, show: (cell) => showNumber(format, cell) };
  });
}
