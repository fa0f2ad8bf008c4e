// Data answers of the fake server: "sales by region" over the session's CSV file, with the receipt
// that the real server makes from SQL. Only sums by one column, a month, or over everything.

import { randomUUID } from 'node:crypto';
import { sendJson } from './server.mjs';

/** Rows of a stored message's receipt. */
const storedRowsMax = 20;

/** What is asked: the sum of a column by another one, by month, or of all rows; null if nothing. */
function planFor(data, message) {
  const words = message.toLowerCase();
  const has = (name) => words.includes(name.toLowerCase());
  const numeric = (name) => {
    const at = data.head.indexOf(name);
    return data.rows.every((row) => row[at] === '' || !Number.isNaN(Number(row[at])));
  };
  const value = data.head.find((name) => has(name) && numeric(name));
  const by = / by (\w+)/.exec(words)?.[1];
  if (!value || (!by && !/\btotal\b/.test(words))) return null;
  const date = data.head.find((name) => /date|day/i.test(name));
  const month = by === 'month' && date;
  const group = month ? date : data.head.find((name) => name.toLowerCase() === by);
  return by && !group ? null : { value, group: group ?? null, month: Boolean(month) };
}

const round = (value) => Math.round(value * 100) / 100;

function grouped({ head, rows }, { value, group, month }) {
  const sums = new Map();
  const [valueAt, groupAt] = [head.indexOf(value), head.indexOf(group)];
  for (const row of rows) {
    const name = month ? row[groupAt].slice(0, 7) : row[groupAt] || null;
    sums.set(name, round((sums.get(name) ?? 0) + Number(row[valueAt])));
  }
  const list = [...sums];
  return month ? list.sort() : list.sort(([, one], [, other]) => other - one);
}

function sqlOf({ value, group, month }, table) {
  const sum = `ROUND(SUM("${value}"), 2)`;
  if (!group) return `SELECT ${sum} AS total\nFROM ${table}`;
  const name = month ? `substr("${group}", 1, 7) AS month` : `"${group}"`;
  const order = month ? '1' : '2 DESC';
  return `SELECT ${name}, ${sum} AS "total ${value}"\nFROM ${table}\nGROUP BY 1\nORDER BY ${order}`;
}

function run(session, plan) {
  const { data } = session;
  const rows = plan.group
    ? grouped(data, plan)
    : [
        [
          round(
            data.rows.reduce((sum, row) => sum + Number(row[data.head.indexOf(plan.value)]), 0),
          ),
        ],
      ];
  const amount = { name: plan.group ? `total ${plan.value}` : 'total', type: 'real' };
  const name = { name: plan.month ? 'month' : plan.group, type: 'text' };
  const { fileId, fileName, sha256 } = data;
  return {
    receiptId: randomUUID(),
    sql: sqlOf(plan, fileName.replace(/\W.*$/, '') || 'data'),
    columns: plan.group ? [name, amount] : [amount],
    rows,
    rowCount: rows.length,
    truncated: false,
    rowsScanned: data.rows.length,
    milliseconds: 3,
    files: [{ fileId, fileName, sha256 }],
    notes: [`${plan.value}: decimal comma`],
    createdAt: Date.now(),
  };
}

function answerTo(session, message) {
  const plan = planFor(session.data, message);
  if (!plan) return null;
  const receipt = run(session, plan);
  session.receipts.set(receipt.receiptId, { receipt, plan });
  const [first] = receipt.rows;
  const text = plan.group
    ? `**${String(first[0]).replace(/\W+/g, ' ')}** comes first with ${first[1]}. `
    : `The total ${plan.value} is **${first[0]}**. `;
  const count = receipt.rowsScanned.toLocaleString('en');
  return { receipt, text, label: `Reading ${count} rows of ${receipt.files[0].fileName}` };
}

/** The answers to a question about the session's file, one for each "then"; empty if there is none. */
export function dataAnswers(session, message) {
  if (!session.data) return [];
  return message.split(' then ').flatMap((part) => answerTo(session, part) ?? []);
}

export const inMessage = (receipt) => ({ ...receipt, rows: receipt.rows.slice(0, storedRowsMax) });

/** Takes the rows from receipts of files that were deleted, wherever they are shown. */
export function forgetRows(session, files) {
  const ids = new Set(files.map((file) => file.info.fileId));
  const stored = session.messages.flatMap((message) => message.receipts ?? []);
  for (const receipt of [...stored, ...[...session.receipts.values()].map((one) => one.receipt)]) {
    if (!receipt.files.some((file) => ids.has(file.fileId))) continue;
    Object.assign(receipt, { rows: [], fileDeleted: true });
  }
}

export function getReceipt(session, response, id) {
  const found = session.receipts.get(id);
  if (found?.receipt.fileDeleted) {
    sendJson(response, 404, { error: 'The file of this receipt was deleted' });
  } else if (found) sendJson(response, 200, found.receipt);
  else sendJson(response, 404, { error: 'Receipt not found' });
}

const csvCell = (cell) => {
  const text = String(cell ?? '');
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function sendCsv(response, { columns, rows }) {
  const lines = [columns.map((column) => column.name), ...rows].map((row) => row.map(csvCell));
  response.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="result.csv"',
  });
  response.end(lines.map((line) => `${line.join(',')}\r\n`).join(''));
}

/** Runs a receipt's query again on the file as it is now. */
export function runReceipt(context, session, { receiptId, format }, response) {
  const failure = context.options.failNextQuery;
  const known = session.receipts.get(receiptId);
  if (failure) {
    context.options.failNextQuery = null;
    sendJson(response, failure.status, failure.body);
  } else if (!known) sendJson(response, 404, { error: 'Receipt not found' });
  else if (!session.data) sendJson(response, 404, { error: 'No file uploaded for this session' });
  else if (format === 'csv') sendCsv(response, run(session, known.plan));
  else {
    const changed = known.receipt.files[0].sha256 !== session.data.sha256;
    sendJson(response, 200, { ...run(session, known.plan), receiptId, changed });
  }
}
