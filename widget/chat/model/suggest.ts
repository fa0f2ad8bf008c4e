// Three questions about an uploaded file, made from its real column names and types.

import type { FileInfo } from '../../shared/api';
import type { Translator } from '../../shared/i18n';
import { isRecord } from '../../shared/protocol';
import { cleanText } from '../../shared/text';

export interface Shape {
  tabular: boolean;
  count: number;
  columns: string[];
  types: Record<string, string>;
}

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];

/** The one shape behind the summaries of CSV files, JSON arrays and JSON objects. */
export function shapeOf(file: FileInfo): Shape {
  const summary = isRecord(file.summary) ? file.summary : {};
  const types = summary['columnTypes'] ?? summary['dataTypes'];
  const columns = names(summary['columns'] ?? summary['firstItemKeys'] ?? summary['keys']);
  return {
    tabular: 'rowCount' in summary || 'length' in summary,
    count: Number(summary['rowCount'] ?? summary['length'] ?? 0) || 0,
    columns,
    types: isRecord(types) ? (types as Record<string, string>) : {},
  };
}

export function shapeText(file: FileInfo, i18n: Translator): string {
  const shape = shapeOf(file);
  const csv = file.fileType === 'csv';
  const count = i18n.t(csv ? 'rows' : 'items', { n: shape.count });
  const width = i18n.t(csv ? 'columns' : 'fields', { n: shape.columns.length });
  return shape.tabular ? `${count} × ${width}` : width;
}

const looksLikeId = (name: string) =>
  /(^|[_\s-])(id|nr|no|zip|plz|key|uuid)$/i.test(name) || /[a-z]Id$/.test(name);

export function suggestQuestions(file: FileInfo, i18n: Translator): string[] {
  const { columns, types, tabular } = shapeOf(file);
  const ofType = (...wanted: string[]) =>
    columns.filter((name) => wanted.includes(types[name] ?? '') && !looksLikeId(name));
  const values = ofType('number');
  const groups = ofType('string', 'boolean');
  const dates = ofType('date');
  const label = (name: string) => cleanText(name).slice(0, 40);
  const best = (names: string[], ...wishes: RegExp[]) =>
    wishes.flatMap((wish) => names.filter((name) => wish.test(name)))[0] ?? names[0];
  const value = best(values, /total|revenue|amount|sum/i, /price|value|cost|sales/i);
  const group = best(groups, /city|country|region|category|type|status/i);
  const other =
    best(
      groups.filter((name) => name !== group),
      /product|item|name|customer/i,
    ) ?? group;
  const questions: string[] = [];
  if (value && group) {
    // A column called "total" needs no second one in the question.
    const key = /^total$/i.test(label(value)) ? 'askTotalOnly' : 'askTotal';
    questions.push(i18n.t(key, { value: label(value), group: label(group) }));
  }
  if (value && other) {
    questions.push(i18n.t('askTop', { value: label(value), group: label(other) }));
  }
  if (value && dates[0]) {
    questions.push(i18n.t('askTime', { value: label(value), date: label(dates[0]) }));
  }
  if (value) questions.push(i18n.t('askAverage', { value: label(value) }));
  if (group) questions.push(i18n.t('askCount', { group: label(group) }));
  if (tabular) questions.push(i18n.t('askRows'));
  questions.push(i18n.t('askDescribe'));
  return [...new Set(questions)].slice(0, 3);
}
