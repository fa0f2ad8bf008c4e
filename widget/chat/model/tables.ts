// A file as tables to show: from the profile over all rows, else from the summary. What comes in is
// the server's word on a stranger's file, so every text is cleaned and every part may be missing.

import type { FileInfo, ProfileColumn, ProfileTable } from '../../shared/dataset';
import type { MessageKey, Translator } from '../../shared/i18n';
import { isRecord } from '../../shared/protocol';
import { cleanText } from '../../shared/text';
import { shapeOf } from './suggest';

export interface TableView {
  /** In SQL; null if it cannot be asked. */
  name: string | null;
  title: string;
  /** null: there are none to count, as in a single JSON object. */
  rows: number | null;
  columns: ColumnView[];
  notes: string[];
}

export interface ColumnView {
  title: string;
  type: string;
  profile: ProfileColumn | null;
}

/** Longest text of one cell or name that is shown, in characters. */
const textMax = 120;
export const previewRows = 20;

export function shortText(text: unknown): string {
  const clean = cleanText(String(text ?? '')).replace(/\s+/g, ' ');
  return clean.length > textMax ? `${clean.slice(0, textMax)}…` : clean;
}

export function tablesOf(file: FileInfo): TableView[] {
  const tables = isRecord(file.profile) ? file.profile.tables : [];
  const prefix = `${file.fileName} › `;
  const profiled = Array.isArray(tables) ? tables.map((one) => profiledTable(one, prefix)) : [];
  return profiled.length > 0 ? profiled : [summarisedTable(file)];
}

/** `prefix`: how the titles of a file's tables begin; beside the file's name it is not news. */
function profiledTable(table: ProfileTable, prefix: string): TableView {
  const title = String(table.title || table.name);
  const columns = Array.isArray(table.columns) ? table.columns : [];
  return {
    name: table.name,
    title: shortText(title.startsWith(prefix) ? title.slice(prefix.length) : title),
    rows: Number(table.rows) || 0,
    columns: columns.map((profile) => ({
      title: shortText(profile.title || profile.name),
      type: profile.type,
      profile,
    })),
    notes: (Array.isArray(table.notes) ? table.notes : []).map(shortNote),
  };
}

const shortNote = (note: unknown) => cleanText(String(note)).slice(0, 500);

function summarisedTable(file: FileInfo): TableView {
  const shape = shapeOf(file);
  return {
    name: null,
    title: '',
    rows: shape.tabular ? shape.count : null,
    columns: shape.columns.map((title) => ({
      title: shortText(title),
      type: shape.types[title] ?? '',
      profile: null,
    })),
    notes: [],
  };
}

const typeKeys: Record<string, MessageKey> = {
  integer: 'typeInteger',
  real: 'typeReal',
  number: 'typeReal',
  boolean: 'typeBoolean',
  date: 'typeDate',
  timestamp: 'typeTimestamp',
  text: 'typeText',
  string: 'typeText',
  array: 'typeList',
  empty: 'typeEmpty',
  null: 'typeEmpty',
};

export function typeText(type: string, i18n: Translator): string {
  const key = Object.hasOwn(typeKeys, type) ? typeKeys[type] : undefined;
  return key ? i18n.t(key) : shortText(type);
}

/** "10,000 rows × 12 columns". */
export function sizeText({ rows, columns }: TableView, i18n: Translator): string {
  const width = i18n.t('columns', { n: columns.length });
  return rows === null ? width : `${i18n.t('rows', { n: rows })} × ${width}`;
}

/** The size of a file with one table, else the number of its tables. */
export function fileText(file: FileInfo, i18n: Translator): string {
  const tables = tablesOf(file);
  return tables.length === 1 ? sizeText(tables[0]!, i18n) : i18n.t('tables', { n: tables.length });
}

/** Share of rows with a value, rounded so that only complete columns show 100 %. */
export function filledText(column: ProfileColumn, i18n: Translator): string {
  const rows = column.values + column.nulls;
  const share = rows > 0 ? column.values / rows : 0;
  const percent = share > 0 && share < 0.01 ? 0.01 : Math.floor(share * 100) / 100;
  const text = new Intl.NumberFormat(i18n.lang, { style: 'percent' }).format(percent);
  return share > 0 && share < 0.01 ? `< ${text}` : text;
}

/** Numbers as people read them; four digits stay together, for they are often years. */
export function numberText(value: string | number, lang: string): string {
  const number = Number(value);
  const exact = Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER;
  if (value === '' || !exact) return shortText(value);
  const options: Intl.NumberFormatOptions = { maximumFractionDigits: 4 };
  if (Math.abs(number) < 10_000) options.useGrouping = false;
  return new Intl.NumberFormat(lang, options).format(number);
}

/** What the values of a column are: a range for what has an order, else the most frequent. */
export function valueTexts(column: ProfileColumn, i18n: Translator): string[] {
  const { type, min = '', max = '', mean, unit = '' } = column;
  if (column.values === 0) return [];
  const numeric = type === 'integer' || type === 'real';
  const show = (value: string | number) =>
    numeric ? [numberText(value, i18n.lang), unit].filter(Boolean).join(' ') : shortText(value);
  if (numeric || type === 'date' || type === 'timestamp') {
    if (min === max) return [show(min)];
    if (!numeric) return [`${show(min)} –`, show(max)];
    const range = `${show(min)} – ${show(max)}`;
    if (typeof mean !== 'number') return [range];
    return [range, i18n.t('average', { value: show(rounded(mean)) })];
  }
  return frequent(column, i18n);
}

function frequent(column: ProfileColumn, i18n: Translator): string[] {
  const boolean = (value: string) => i18n.t(/^(1|true|yes)$/i.test(value) ? 'yes' : 'no');
  const name = (value: unknown) =>
    column.type === 'boolean' ? boolean(String(value)) : shortText(value).slice(0, 60);
  const top = Array.isArray(column.top) ? column.top.slice(0, 3) : [];
  if (top.length) {
    return top.map((one) => `${name(one.value)} (${i18n.number(Number(one.count) || 0)})`);
  }
  const examples = Array.isArray(column.examples) ? column.examples.slice(0, 2) : [];
  const unique = column.distinct === column.values && column.values > 1;
  return [...examples.map(name), ...(unique ? [i18n.t('allDifferent')] : [])];
}

/** Two digits behind the point for what is large enough, four significant ones else. */
function rounded(value: number): number {
  return Math.abs(value) >= 10 ? Math.round(value * 100) / 100 : Number(value.toPrecision(4));
}

/** Asks for the first rows; the name is a quoted identifier, whatever it holds. */
export function previewSql(table: string): string {
  return `SELECT * FROM "${table.replaceAll('"', '""')}" LIMIT ${previewRows}`;
}
