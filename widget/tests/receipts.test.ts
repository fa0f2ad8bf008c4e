import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReceipt, readReceipts, withReceipt, type Receipt } from '../chat/model/receipt';
import {
  asRecords,
  detailsOf,
  differs,
  download,
  downloadName,
  failureKind,
  runAgain,
  wholeReceipt,
} from '../chat/model/receipt-calls';
import { answerKey, fromStored, type Message } from '../chat/model/state';
import { applyTurnEvent } from '../chat/model/turn';
import { Api, ApiError } from '../shared/api';
import { runTurn, type TurnEvent } from '../shared/stream';

const wire = {
  receiptId: 'r1',
  callId: 'c1',
  sql: 'SELECT 1',
  columns: [
    { name: 'region', type: 'text' },
    { name: 'total', type: 'real' },
  ],
  rows: [
    ['North', 1.5],
    [null, 2],
  ],
  rowCount: 2,
  truncated: false,
  rowsScanned: 10_000,
  milliseconds: 3,
  files: [{ fileId: 'f', fileName: 'orders.csv', sha256: 'ab'.repeat(32) }],
  notes: ['total: decimal comma'],
  createdAt: 5,
};
const receipt = readReceipt(wire)!;
const answer: Message = {
  key: answerKey('k'),
  author: 'assistant',
  text: '',
  at: 1,
  state: 'waiting',
};

test('a receipt is read as the server sends it', () => {
  assert.deepEqual(receipt, wire);
  assert.equal(readReceipt({ ...wire, changed: true })?.changed, true);
  assert.equal(readReceipt({ ...wire, fileDeleted: true })?.fileDeleted, true);
  assert.equal('fileDeleted' in readReceipt({ ...wire, fileDeleted: 1 })!, false);
});

test('what is no receipt, or odd inside, cannot harm', () => {
  for (const odd of [null, 1, 'x', [], {}, { columns: 'x' }]) assert.equal(readReceipt(odd), null);
  const read = readReceipt({
    columns: [null, { name: 7 }, { name: 'a\u202eb', type: 'text' }],
    rows: [[{ deep: 1 }], 'x', [1, true, 'z', 'too many']],
    rowCount: 'many',
    files: [null, { fileName: 3 }],
    notes: [7, 'a\u202eb', 'z'.repeat(999)],
  })!;
  assert.deepEqual(
    read.columns.map((column) => column.name),
    ['', '', 'ab'],
  );
  assert.deepEqual(read.rows, [
    ['{"deep":1}', null, null],
    [null, null, null],
    [1, 'true', 'z'],
  ]);
  assert.equal(read.rowCount, 3);
  assert.deepEqual(read.notes, ['', 'ab', 'z'.repeat(300)]);
  assert.deepEqual(read.files, [{ fileId: '', fileName: '', sha256: '' }]);
  const long = readReceipt({ ...wire, rows: Array.from({ length: 5000 }, () => ['a', 1]) })!;
  assert.equal(long.rows.length, 1000);
});

test('a receipt joins the answer once, however often its event comes', () => {
  let list: readonly Message[] = [answer];
  const apply = (type: string, data: unknown) => {
    list = applyTurnEvent(list, 'k', { type, data } as TurnEvent);
  };
  apply('receipt', wire);
  apply('receipt', { ...wire, receiptId: 'r2' });
  apply('receipt', { ...wire, rowsScanned: 7 });
  apply('receipt', { nonsense: true });
  assert.deepEqual(
    list[0]?.receipts?.map((one) => [one.receiptId, one.rowsScanned]),
    [
      ['r1', 7],
      ['r2', 10_000],
    ],
  );
  apply('error', { code: 'overloaded' });
  assert.deepEqual(list[0]?.receipts, []);
});

test('receipts are bounded and come back with stored messages', () => {
  const many = Array.from({ length: 50 }, (_, at) => ({ ...wire, receiptId: `r${at}` }));
  assert.equal(readReceipts(many).length, 20);
  let kept: Receipt[] = [];
  for (const one of many) kept = withReceipt(kept, readReceipt(one)!);
  assert.equal(kept.length, 20);
  assert.equal(kept[19]?.receiptId, 'r49');
  const stored = { role: 'assistant', content: 'x', timestamp: 1 } as const;
  assert.deepEqual(fromStored({ ...stored, receipts: [wire] }, 0).receipts, [receipt]);
  assert.equal('receipts' in fromStored(stored, 0), false);
});

test('a stream hands over its receipts in order', async () => {
  const events = ['tool', 'receipt', 'done'].map(
    (name, at) => `id: 2.${at + 1}\nevent: ${name}\ndata: ${JSON.stringify(wire)}\n\n`,
  );
  const api = new Api({
    base: '',
    fetch: async () => new Response(events.join('')),
    token: () => null,
  });
  const seen: string[] = [];
  await runTurn(
    { api, sleep: async () => {}, random: () => 0 },
    {
      sessionId: 's',
      signal: new AbortController().signal,
      onEvent: (event) => seen.push(event.type),
      onLine: () => {},
    },
  );
  assert.deepEqual(seen, ['tool', 'receipt', 'done']);
});

/** An API that answers everything alike and remembers what it was asked. */
function asked(status: number, body: unknown) {
  const calls: [string, RequestInit | undefined][] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    calls.push([String(url), init]);
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
  return { calls, api: new Api({ base: '/p', fetch: fetch as never, token: () => 'tok' }) };
}

test('rows, another run and a download are asked for with the token of the visitor', async () => {
  const { calls, api } = asked(200, wire);
  assert.deepEqual(await wholeReceipt(api, 's', 'r1'), receipt);
  assert.deepEqual(await runAgain(api, 's', 'r1'), receipt);
  const json = await download(api, 's', 'r1', 'json');
  assert.deepEqual(JSON.parse(await json.text()), [
    { region: 'North', total: 1.5 },
    { region: null, total: 2 },
  ]);
  assert.deepEqual(
    calls.map(([url, init]) => [url, init?.body ?? null]),
    [
      ['/p/api/files/receipts/s/r1', null],
      ['/p/api/files/sql/s', '{"receiptId":"r1"}'],
      ['/p/api/files/sql/s', '{"receiptId":"r1","format":"json"}'],
    ],
  );
  for (const [, init] of calls)
    assert.equal(new Headers(init?.headers).get('authorization'), 'Bearer tok');
  const csv = asked(200, 'a,b\r\n');
  assert.equal(await (await download(csv.api, 's', 'r1', 'csv')).text(), 'a,b\r\n');
});

test('failures are told by what a visitor can do about them', async () => {
  const kinds: [number, string, string][] = [
    [404, 'No file uploaded for this session', 'fileGone'],
    [404, 'Receipt not found', 'receiptGone'],
    [404, 'Session not found', 'receiptGone'],
    [400, 'Query failed', 'refused'],
    [503, 'busy', 'busy'],
    [500, 'x', 'failed'],
  ];
  for (const [status, error, kind] of kinds) {
    const { api } = asked(status, { error, details: 'no such column: a' });
    await assert.rejects(runAgain(api, 's', 'r'), (thrown) => {
      assert.equal(failureKind(thrown), kind);
      return detailsOf(thrown) === 'no such column: a';
    });
  }
  assert.equal(failureKind(new TypeError('offline')), 'network');
  await assert.rejects(runAgain(asked(200, {}).api, 's', 'r'), ApiError);
});

test('a second run is compared with what both have at hand', () => {
  assert.equal(differs(receipt, { ...receipt }), false);
  assert.equal(differs({ ...receipt, rows: receipt.rows.slice(0, 1) }, receipt), false);
  assert.equal(differs(receipt, { ...receipt, rowCount: 3 }), true);
  assert.equal(differs(receipt, { ...receipt, rows: [['North', 1.5]] }), false);
  assert.equal(differs(receipt, { ...receipt, rows: [['South', 1.5]] }), true);
});

test('records keep every column and a file name fits any disk', () => {
  const twice = { ...receipt, columns: [receipt.columns[0]!, receipt.columns[0]!] };
  assert.deepEqual(asRecords(twice)[0], { region: 'North', region_2: 1.5 });
  const at = new Date(2026, 2, 5);
  assert.equal(downloadName(receipt, 'csv', at), 'orders-2026-03-05.csv');
  const odd = { ...receipt, files: [{ fileId: '', fileName: '../a<b>:?.csv', sha256: '' }] };
  assert.equal(downloadName(odd, 'json', at), 'a_b___-2026-03-05.json');
  assert.equal(downloadName({ ...receipt, files: [] }, 'csv', at), 'result-2026-03-05.csv');
});
