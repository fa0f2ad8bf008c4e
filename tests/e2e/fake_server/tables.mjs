// Files as tables, for the fake server: enough of the real import for simple files.

import { createHash, randomUUID } from 'node:crypto';

/** Fields of a CSV text; quotes, doubled quotes and newlines inside them are understood. */
export function parseCsv(text) {
  const rows = [];
  let row = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (match.index === text.length && row.length === 0) break;
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const kinds = [
  ['integer', /^-?\d{1,15}$/],
  ['real', /^-?\d+\.\d+$/],
  ['boolean', /^(true|false|yes|no)$/i],
  ['date', /^\d{4}-\d\d-\d\d$/],
];
const summaryTypes = { integer: 'number', real: 'number', text: 'string' };

function typeOf(values) {
  const fits = (pattern) => values.every((value) => pattern.test(String(value)));
  const numeric = values.every((value) => /^-?\d+(\.\d+)?$/.test(String(value)));
  const found = kinds.find(([, pattern]) => values.length > 0 && fits(pattern));
  return found?.[0] ?? (values.length > 0 && numeric ? 'real' : 'text');
}

function columnOf(name, cells) {
  const values = cells.filter((cell) => cell !== '' && cell !== null && cell !== undefined);
  const type = typeOf(values);
  const numeric = type === 'integer' || type === 'real';
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const keys = [...counts.keys()];
  const order = numeric
    ? (one, other) => Number(one) - Number(other)
    : (one, other) => (one < other ? -1 : 1);
  const sorted = [...keys].sort(order);
  const total = numeric ? values.reduce((sum, value) => sum + Number(value), 0) : 0;
  const top = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 5);
  return {
    name,
    title: name,
    type,
    values: values.length,
    nulls: cells.length - values.length,
    distinct: counts.size,
    min: String(sorted.at(0) ?? ''),
    max: String(sorted.at(-1) ?? ''),
    ...(numeric && values.length ? { mean: total / values.length } : {}),
    ...(top[0]?.[1] > 1
      ? { top: top.map(([value, count]) => ({ value: String(value), count })) }
      : {}),
    examples: keys.slice(0, 3).map(String),
  };
}

function tableOf(name, title, head, rows) {
  const short = rows.filter((row) => row.length < head.length).length;
  return {
    name,
    title,
    rows: rows.length,
    columns: head.map((column, at) =>
      columnOf(
        column,
        rows.map((row) => row[at]),
      ),
    ),
    notes: short ? [`${short} rows had fewer cells than the header; the rest is empty.`] : [],
  };
}

const tableName = (fileName) => fileName.replace(/\.\w+$/, '').slice(0, 60) || 'data';

function fromItems(name, title, items) {
  const head = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const rows = items.map((item) => head.map((key) => item[key] ?? null));
  return { table: tableOf(name, title, head, rows), head, rows };
}

function jsonTables(fileName, data) {
  const name = tableName(fileName);
  if (Array.isArray(data)) return [fromItems(name, fileName, data)];
  const lists = Object.entries(data).filter(([, value]) => Array.isArray(value));
  if (lists.length === 0) return [fromItems(name, fileName, [data])];
  return lists.map(([key, items]) => fromItems(key, `${fileName} › ${key}`, items));
}

function jsonSummary(data) {
  const keys = Object.keys(Array.isArray(data) ? (data[0] ?? {}) : data);
  return Array.isArray(data)
    ? { type: 'array', length: data.length, firstItemKeys: keys, dataTypes: {} }
    : { type: 'object', keys, dataTypes: {} };
}

function csvSummary({ columns, rows }) {
  const types = columns.map(({ name, type }) => [name, summaryTypes[type] ?? type]);
  return {
    columnCount: columns.length,
    rowCount: rows,
    columns: columns.map(({ name }) => name),
    sampleData: [],
    columnTypes: Object.fromEntries(types),
  };
}

/** What the server keeps of an upload; throws what it says of a file it cannot read. */
export function importFile(fileName, content) {
  if (!content.trim()) throw new Error('The file is empty');
  const json = /\.json$/i.test(fileName);
  const data = json ? JSON.parse(content) : null;
  const [head, ...rows] = json ? [[]] : parseCsv(content);
  const made = json
    ? jsonTables(fileName, data)
    : [{ table: tableOf(tableName(fileName), fileName, head, rows), head, rows }];
  const tables = made.map(({ table }) => table);
  return {
    data: Object.fromEntries(made.map(({ table, rows: cells }) => [table.name, { table, cells }])),
    info: {
      fileId: randomUUID(),
      fileName,
      fileType: json ? 'json' : 'csv',
      fileSize: Buffer.byteLength(content),
      uploadedAt: new Date().toISOString(),
      sha256: createHash('sha256').update(content).digest('hex'),
      summary: json ? jsonSummary(data) : csvSummary(tables[0]),
      profile: { tables },
    },
  };
}

/** The rows of `SELECT * FROM "<table>" LIMIT <n>`, the one query the file list makes. */
export function previewRows(files, sql) {
  const [, quoted, limit] = /^SELECT \* FROM "((?:[^"]|"")*)" LIMIT (\d+)$/.exec(sql) ?? [];
  const name = quoted?.replaceAll('""', '"');
  const found = files.map((file) => file.data[name]).find(Boolean);
  if (!found) return null;
  const { columns } = found.table;
  const typed = (cell, at) => {
    if (cell === '' || cell === undefined) return null;
    return /integer|real/.test(columns[at].type) ? Number(cell) : cell;
  };
  return {
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    rows: found.cells
      .slice(0, Number(limit))
      .map((row) => columns.map((_column, at) => typed(row[at], at))),
    rowCount: Math.min(Number(limit), found.cells.length),
    truncated: false,
    rowsScanned: Number(limit),
    milliseconds: 1,
  };
}
