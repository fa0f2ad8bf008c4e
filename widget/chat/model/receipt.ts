// The receipt of a data answer: the query, what it gave, and what it was read from.
//
// It comes from the server, but its cells are a stranger's text: everything is bounded and typed
// here, so that the views only ever see what this file describes.

import { isRecord } from '../../shared/protocol';
import { cleanText } from '../../shared/text';

export type Cell = null | number | string;

export interface ReceiptColumn {
  name: string;
  /** integer, real, boolean, date, timestamp, text or null. */
  type: string;
}

export interface ReceiptFile {
  fileId: string;
  fileName: string;
  sha256: string;
}

export interface Receipt {
  receiptId: string;
  /** The tool call it came from; empty in a stored message. */
  callId: string;
  sql: string;
  columns: readonly ReceiptColumn[];
  /** At most 20 of them in a stored message; `rowCount` says how many the result has. */
  rows: readonly (readonly Cell[])[];
  rowCount: number;
  /** The query had more rows than the result. */
  truncated: boolean;
  rowsScanned: number;
  milliseconds: number;
  files: readonly ReceiptFile[];
  /** What the import did to the values that the query read, in the server's words. */
  notes: readonly string[];
  createdAt: number;
  /** Its file was deleted since, and its rows with it. */
  fileDeleted?: true;
  /** After a repeated run: whether the data differ from then. */
  changed?: boolean;
}

const rowsMax = 1000;
const columnsMax = 500;
const receiptsMax = 20;
const notesMax = 20;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => Math.max(0, Number(value) || 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

/** A receipt as the server sends it; null for anything that is none. */
export function readReceipt(value: unknown): Receipt | null {
  if (!isRecord(value) || !Array.isArray(value['columns'])) return null;
  const columns = list(value['columns'])
    .slice(0, columnsMax)
    .map((one) => (isRecord(one) ? one : {}))
    .map((one) => ({ name: cleanText(text(one['name'])), type: text(one['type']) }));
  const rows = list(value['rows'])
    .slice(0, rowsMax)
    .map((row) => columns.map((_, at) => cell(list(row)[at])));
  const receipt: Receipt = {
    receiptId: text(value['receiptId']),
    callId: text(value['callId']),
    sql: text(value['sql']),
    columns,
    rows,
    rowCount: Math.max(rows.length, count(value['rowCount'])),
    truncated: value['truncated'] === true,
    rowsScanned: count(value['rowsScanned']),
    milliseconds: count(value['milliseconds']),
    files: list(value['files'])
      .filter(isRecord)
      .map((file) => ({
        fileId: text(file['fileId']),
        fileName: text(file['fileName']),
        sha256: text(file['sha256']),
      })),
    notes: list(value['notes'])
      .slice(0, notesMax)
      .map((note) => cleanText(text(note)).slice(0, 300)),
    createdAt: count(value['createdAt']),
  };
  if (typeof value['changed'] === 'boolean') receipt.changed = value['changed'];
  if (value['fileDeleted'] === true) receipt.fileDeleted = true;
  return receipt;
}

/** The receipts of a stored message. */
export function readReceipts(value: unknown): Receipt[] {
  return list(value)
    .slice(0, receiptsMax)
    .flatMap((one) => readReceipt(one) ?? []);
}

/** Adds a receipt of the running answer; one that is known is replaced, as events may repeat. */
export function withReceipt(known: readonly Receipt[], one: Receipt): Receipt[] {
  const others = known.filter((other) => other.receiptId !== one.receiptId);
  if (others.length < known.length) {
    return known.map((other) => (other.receiptId === one.receiptId ? one : other));
  }
  return [...others, one].slice(-receiptsMax);
}
