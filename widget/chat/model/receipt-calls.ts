// What is asked of the server about a receipt: all its rows, the same query once more, a download.
// None of it involves the assistant.

import { type Api, ApiError, errorOf } from '../../shared/api';
import { cleanFileName } from '../../shared/text';
import { readReceipt, type Cell, type Receipt } from './receipt';

export type CallFailure = 'fileGone' | 'receiptGone' | 'refused' | 'busy' | 'network' | 'failed';

export function failureKind(error: unknown): CallFailure {
  if (!(error instanceof ApiError)) return 'network';
  if (error.status === 404) return /file/i.test(error.message) ? 'fileGone' : 'receiptGone';
  if (error.status === 400 || error.status === 422) return 'refused';
  return error.status === 503 || error.status === 429 ? 'busy' : 'failed';
}

async function ask(api: Api, path: string, body?: unknown): Promise<Response> {
  const response = await api.options.fetch(api.url(path), {
    ...(body === undefined
      ? { headers: api.headers({ Accept: 'application/json' }) }
      : {
          method: 'POST',
          headers: api.headers({ 'Content-Type': 'application/json' }),
          body: JSON.stringify(body),
        }),
    cache: 'no-store',
    credentials: 'omit',
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function receiptOf(response: Response): Promise<Receipt> {
  const receipt = readReceipt(await response.json());
  if (!receipt) throw new ApiError(502, 'not a receipt', '', '', null);
  return receipt;
}

/** The stored result with all its rows. */
export async function wholeReceipt(api: Api, sessionId: string, id: string): Promise<Receipt> {
  return receiptOf(await ask(api, `/api/files/receipts/${sessionId}/${id}`));
}

/** Runs the query again on the data as they are now. */
export async function runAgain(api: Api, sessionId: string, id: string): Promise<Receipt> {
  return receiptOf(await ask(api, `/api/files/sql/${sessionId}`, { receiptId: id }));
}

const sameRow = (one: readonly Cell[], other: readonly Cell[]) =>
  one.length === other.length && one.every((cell, at) => cell === other[at]);

/** True if the second result has other rows; compares those that both have at hand. */
export function differs(before: Receipt, after: Receipt): boolean {
  if (before.rowCount !== after.rowCount) return true;
  const shared = Math.min(before.rows.length, after.rows.length);
  return before.rows.slice(0, shared).some((row, at) => !sameRow(row, after.rows[at] ?? []));
}

/** Rows as objects; a column name that comes twice gets a number. */
export function asRecords(receipt: Receipt): Record<string, Cell>[] {
  const seen = new Map<string, number>();
  const names = receipt.columns.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times > 1 ? `${name}_${times}` : name;
  });
  return receipt.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]!])));
}

export type DownloadFormat = 'csv' | 'json';

/** The result as a file. CSV comes from the server, which makes its cells safe for spreadsheets. */
export async function download(
  api: Api,
  sessionId: string,
  id: string,
  format: DownloadFormat,
): Promise<Blob> {
  const response = await ask(api, `/api/files/sql/${sessionId}`, { receiptId: id, format });
  if (format === 'csv') return response.blob();
  const records = asRecords(await receiptOf(response));
  return new Blob([`${JSON.stringify(records, null, 2)}\n`], { type: 'application/json' });
}

/** "orders-2026-03-31.csv" */
export function downloadName(receipt: Receipt, format: DownloadFormat, at: Date): string {
  const file = cleanFileName(receipt.files[0]?.fileName ?? '');
  const stem = file.replace(/\.[^.]*$/, '').replace(/[<>:"|?*]/g, '_') || 'result';
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${stem}-${date}.${format}`;
}

/** The server's own words about a refused query, for a visitor who can read them. */
export function detailsOf(error: unknown): string {
  return error instanceof ApiError ? error.details : '';
}
