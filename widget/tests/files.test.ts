import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Files } from '../chat/model/files';
import { Store } from '../chat/model/store';
import type { Message, State } from '../chat/model/state';
import { Tabs } from '../chat/model/tabs';
import { filledText, numberText, previewSql, tablesOf, typeText } from '../chat/model/tables';
import { fileText, valueTexts } from '../chat/model/tables';
import { ApiError } from '../shared/api';
import type { FileInfo, ProfileColumn } from '../shared/dataset';
import { loadTranslator } from '../shared/i18n';

const i18n = await loadTranslator('en');
await i18n.loadExtras();

const column = (patch: Partial<ProfileColumn>): ProfileColumn => ({
  name: 'a',
  title: 'a',
  type: 'text',
  values: 10,
  nulls: 0,
  distinct: 5,
  ...patch,
});

const file = (patch: Partial<FileInfo>): FileInfo => ({
  fileId: 'f1',
  fileName: 'orders.csv',
  fileType: 'csv',
  fileSize: 10,
  summary: { rowCount: 2, columns: ['a', 'b'], columnTypes: { a: 'number', b: 'string' } },
  uploadedAt: '2026-01-01T00:00:00Z',
  ...patch,
});

test('a file is described by its profile, else by its summary', () => {
  const table = { name: 't', title: 'orders.csv', rows: 10_000, columns: [column({})], notes: [] };
  assert.equal(fileText(file({ profile: { tables: [table] } }), i18n), '10,000 rows × 1 column');
  assert.equal(fileText(file({}), i18n), '2 rows × 2 columns');
  assert.equal(tablesOf(file({}))[0]?.name, null);
  const broken = { tables: 'none' } as unknown as { tables: [] };
  assert.equal(fileText(file({ profile: broken }), i18n), '2 rows × 2 columns');
  const two = [
    { ...table, title: 'orders.csv › lines' },
    { ...table, title: 'other' },
  ];
  const several = file({ profile: { tables: two } });
  assert.equal(fileText(several, i18n), '2 tables');
  assert.deepEqual(
    tablesOf(several).map((one) => one.title),
    ['lines', 'other'],
  );
});

test('names are cleaned before they are shown', () => {
  const title = `a\u200b\n${'x'.repeat(300)}`;
  const table = { name: 't', title: 't', rows: 1, columns: [column({ title })], notes: ['n'] };
  const shown = tablesOf(file({ profile: { tables: [table] } }))[0]!.columns[0]!.title;
  assert.equal(shown, `a ${'x'.repeat(118)}…`);
  assert.equal(typeText('constructor', i18n), 'constructor');
  assert.equal(typeText('timestamp', i18n), 'date and time');
});

test('a table is asked for by a quoted name', () => {
  assert.equal(previewSql('orders'), 'SELECT * FROM "orders" LIMIT 20');
  assert.equal(previewSql('a"; DROP x'), 'SELECT * FROM "a""; DROP x" LIMIT 20');
});

test('only complete columns count as 100 % filled', () => {
  assert.equal(filledText(column({ values: 10, nulls: 0 }), i18n), '100%');
  assert.equal(filledText(column({ values: 9999, nulls: 1 }), i18n), '99%');
  assert.equal(filledText(column({ values: 1, nulls: 9999 }), i18n), '< 1%');
  assert.equal(filledText(column({ values: 0, nulls: 0 }), i18n), '0%');
});

test('numbers are grouped from five digits on, and never made inexact', () => {
  assert.equal(numberText('2026', 'en'), '2026');
  assert.equal(numberText(12345.5, 'de'), '12.345,5');
  assert.equal(numberText('9007199254740993', 'en'), '9007199254740993');
  assert.equal(numberText('', 'en'), '');
});

test('values are a range, the most frequent, or examples', () => {
  const texts = (patch: Partial<ProfileColumn>) => valueTexts(column(patch), i18n);
  assert.deepEqual(texts({ type: 'real', min: '1.5', max: '20000', mean: 3.14159, unit: '€' }), [
    '1.5 € – 20,000 €',
    'average 3.142 €',
  ]);
  assert.deepEqual(texts({ type: 'date', min: '2026-01-01', max: '2026-02-01' }), [
    '2026-01-01 –',
    '2026-02-01',
  ]);
  assert.deepEqual(texts({ type: 'integer', min: '7', max: '7', mean: 7 }), ['7']);
  assert.deepEqual(texts({ top: [{ value: 'Berlin', count: 1200 }] }), ['Berlin (1,200)']);
  assert.deepEqual(texts({ type: 'boolean', top: [{ value: '1', count: 3 }] }), ['yes (3)']);
  assert.deepEqual(texts({ distinct: 10, examples: ['x', 'y', 'z'] }), ['x', 'y', 'all different']);
  assert.deepEqual(texts({ values: 0 }), []);
});

/** The files model over a server that answers by path. */
function setUp(answers: Record<string, unknown>, state: Partial<State> = {}) {
  const store = new Store({
    files: [],
    filesMax: null,
    messages: [],
    uploads: [],
    ...state,
  } as never);
  const calls: string[] = [];
  const call = (method: string, path: string) => {
    calls.push(`${method} ${path}`);
    const answer = answers[`${method} ${path}`];
    const missing = new ApiError(404, 'none', '', '', null);
    return answer === undefined ? Promise.reject(missing) : Promise.resolve(answer);
  };
  const model = new Files({
    api: { call } as never,
    store: store as never,
    session: { id: 's' } as never,
    tabs: new Tabs(null),
    makeRequest: () => ({}) as never,
  });
  return { model, calls, state: () => store.get() as unknown as State };
}

const said = (at: string): Message => ({
  key: at,
  author: 'visitor',
  text: 'hi',
  at: Date.parse(at),
  state: 'sent',
});

test('the list of the server becomes cards among the messages', async () => {
  const answers: Record<string, unknown> = {
    'GET /api/files/list/s': {
      files: [file({}), file({ fileId: 'f2', uploadedAt: '2026-01-03T00:00:00Z' })],
      filesMax: 4,
    },
  };
  const world = setUp(answers, { messages: [said('2026-01-02T00:00:00Z')] });
  await world.model.refresh();
  const order = () => world.state().messages.map((one) => one.file?.fileId ?? one.author);
  assert.deepEqual(order(), ['f1', 'visitor', 'f2']);
  assert.equal(world.state().filesMax, 4);
  const first = world.state().messages[0];
  answers['GET /api/files/list/s'] = { files: [file({})], filesMax: 4 };
  await world.model.refresh();
  assert.deepEqual(order(), ['f1', 'visitor']);
  assert.equal(world.state().messages[0], first);
});

test('a list that was asked for before a removal does not bring the file back', async () => {
  const answers: Record<string, unknown> = {
    'GET /api/files/list/s': { files: [file({})], filesMax: 5 },
    'DELETE /api/files/s/f1': {},
  };
  const world = setUp(answers);
  await world.model.refresh();
  const removal = world.model.remove(file({}));
  const stale = world.model.refresh();
  answers['GET /api/files/list/s'] = { files: [], filesMax: 5 };
  await Promise.all([removal, stale]);
  assert.deepEqual(world.state().files, []);
});

test('a server without a list shows its one file', async () => {
  const { fileId: _none, ...only } = file({});
  const world = setUp({ 'GET /api/files/info/s': only });
  await world.model.refresh();
  assert.equal(world.state().files.length, 1);
  assert.equal(world.state().filesMax, 1);
  const empty = setUp({});
  await empty.model.refresh();
  assert.deepEqual(empty.state().files, []);
});

test('one file is removed by its id; a file that is gone already is removed, too', async () => {
  const world = setUp({ 'GET /api/files/list/s': { files: [file({})], filesMax: 5 } });
  await world.model.refresh();
  await world.model.remove(file({}));
  assert.equal(world.calls.at(-1), 'DELETE /api/files/s/f1');
  assert.deepEqual(world.state().files, []);
  assert.deepEqual(world.state().messages, []);
});
