import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesColours } from '../chat/components/chart/palette';
import { chartShape, points } from '../chat/components/chart/shape';
import { columnFormats, namesSomething, numberOf } from '../chat/components/result/format';
import { nextOrder, ordered } from '../chat/components/result/order';
import { readReceipt, type Cell, type Receipt } from '../chat/model/receipt';
import { contrast, derivePalette, parseColour, type Rgb } from '../shared/colour';
import { languages } from '../shared/i18n';
import { loadResultTexts } from '../shared/i18n/results';

const words = { yes: 'Yes', no: 'No' };

function result(columns: string, rows: Cell[][], sql = ''): Receipt {
  const parsed = columns.split(' ').map((one) => {
    const [name, type] = one.split(':');
    return { name, type };
  });
  return readReceipt({ columns: parsed, rows, sql, rowCount: rows.length })!;
}

const sums = 'SELECT region, SUM(total) FROM orders GROUP BY region';
const shown = (receipt: Receipt, lang: string, at = 0) =>
  receipt.rows.map((row) => columnFormats(receipt, lang, words)[at]!.show(row[at]!));

test('numbers are grouped by the language and alike within their column', () => {
  const amounts = result('total:real', [[1234.5], [20], [7.25]]);
  assert.deepEqual(shown(amounts, 'en'), ['1,234.50', '20.00', '7.25']);
  assert.deepEqual(shown(amounts, 'de'), ['1.234,50', '20,00', '7,25']);
  assert.deepEqual(shown(result('n:integer', [[10_000], [-3]]), 'en'), ['10,000', '-3']);
  assert.equal(columnFormats(amounts, 'en', words)[0]?.numeric, true);
});

test('divisions are rounded, exact fractions are not', () => {
  assert.deepEqual(shown(result('a:real', [[100 / 3], [1]]), 'en'), ['33.33', '1.00']);
  assert.deepEqual(shown(result('a:real', [[1 / 3]]), 'en'), ['0.3333']);
  assert.deepEqual(shown(result('a:real', [[1.859]]), 'en'), ['1.859']);
  assert.deepEqual(shown(result('a:real', [[0.1 + 0.2]]), 'en'), ['0.3']);
});

test('numbers that name something are not grouped; large ones are not rounded', () => {
  assert.deepEqual(shown(result('year:integer', [[2026]]), 'en'), ['2026']);
  assert.deepEqual(shown(result('order_id:integer', [[10_115]]), 'de'), ['10115']);
  assert.equal(namesSomething('paid'), false);
  const large = result('n:integer', [['9007199254740993']]);
  assert.deepEqual(shown(large, 'en'), ['9,007,199,254,740,993']);
  assert.equal(numberOf('12a'), null);
});

test('dates and texts stay as they are, truth values are words', () => {
  assert.deepEqual(shown(result('day:date', [['2026-03-31']]), 'de'), ['2026-03-31']);
  assert.deepEqual(shown(result('paid:boolean', [[1], [0]]), 'en'), ['Yes', 'No']);
  assert.deepEqual(shown(result('t:text', [['<b>x</b>\u202e']]), 'en'), ['<b>x</b>']);
  const mixed = columnFormats(result('x:null', [['a'], [1]]), 'en', words)[0]!;
  assert.equal(mixed.numeric, false);
});

test('a column head leads up, down and back', () => {
  const up = nextOrder(null, 1);
  assert.deepEqual(up, { column: 1, direction: 'ascending' });
  const down = nextOrder(up, 1);
  assert.deepEqual(down, { column: 1, direction: 'descending' });
  assert.equal(nextOrder(down, 1), null);
  assert.deepEqual(nextOrder(down, 0), { column: 0, direction: 'ascending' });
});

test('rows are ordered by value, empty ones last', () => {
  const sort = (cells: Cell[], direction: 'ascending' | 'descending', numeric: boolean) =>
    ordered(
      cells.map((cell) => [cell]),
      { column: 0, direction },
      numeric,
      'de',
    ).map(([cell]) => cell);
  assert.deepEqual(sort([10, null, 9, -1], 'ascending', true), [-1, 9, 10, null]);
  assert.deepEqual(sort([10, null, 9, -1], 'descending', true), [10, 9, -1, null]);
  assert.deepEqual(sort(['z', 'Ä', 'b', 'a10', 'a9'], 'ascending', false), [
    ...['Ä', 'a9', 'a10', 'b', 'z'].sort(new Intl.Collator('de', { numeric: true }).compare),
  ]);
  assert.deepEqual(sort(['9007199254740993', '9007199254740992', 5], 'ascending', true), [
    5,
    '9007199254740992',
    '9007199254740993',
  ]);
  const rows = [['a'], ['b']];
  assert.equal(ordered(rows, null, false, 'en'), rows);
});

test('names with amounts are bars; few parts of a whole may be a pie', () => {
  const rows: Cell[][] = [
    ['North', 30],
    ['South', 20],
    ['East', 10],
  ];
  assert.deepEqual(chartShape(result('region:text total:real', rows, sums)), {
    kinds: ['bar', 'pie'],
    temporal: false,
    series: [1],
  });
  const kinds = (sql: string, change = rows) =>
    chartShape(result('region:text total:real', change, sql))?.kinds;
  assert.deepEqual(kinds(`${sums} ORDER BY 2 DESC LIMIT 3`), ['bar']);
  assert.deepEqual(kinds(sums.replace('SUM', 'AVG')), ['bar']);
  assert.deepEqual(kinds(`${sums.replace('region,', "'no limit',")}`), ['bar', 'pie']);
  assert.deepEqual(kinds(sums, [...rows, ['West', -5]]), ['bar']);
  const many = Array.from({ length: 7 }, (_, at): Cell[] => [`r${at}`, 1]);
  assert.deepEqual(kinds(sums, many), ['bar']);
  const shares: Cell[][] = [
    ['a', 62.5],
    ['b', 37.5],
  ];
  assert.deepEqual(kinds('SELECT a, share FROM t LIMIT 2', shares), ['bar', 'pie']);
});

test('time is a line, drawn from first to last', () => {
  for (const [type, cells] of [
    ['date', ['2026-02-01', '2026-01-01']],
    ['text', ['2026-02', '2026-01']],
    ['text', ['2026-Q2', '2026-Q1']],
    ['timestamp', ['2026-02-01 10:00:00', '2026-01-01 10:00:00']],
  ] as const) {
    const receipt = result(`month:${type} total:real`, [
      [cells[0], 2],
      [cells[1], 1],
    ]);
    const shape = chartShape(receipt)!;
    assert.deepEqual(shape.kinds, ['line', 'bar'], type);
    assert.deepEqual(points(receipt, shape).names, [cells[1], cells[0]]);
    assert.deepEqual(points(receipt, shape).series, [{ name: 'total', values: [1, 2] }]);
  }
  const years: Cell[][] = [
    [2025, 2],
    [2026, 1],
  ];
  assert.deepEqual(chartShape(result('year:integer total:real', years))?.kinds, ['line', 'bar']);
  const long = Array.from({ length: 90 }, (_, at): Cell[] => [`2026-01-${at + 100}`, at]);
  assert.deepEqual(chartShape(result('d:date total:real', long))?.kinds, ['line']);
});

test('other shapes have no chart', () => {
  const none: [string, Cell[][]][] = [
    ['total:real', [[1], [2]]],
    ['region:text total:real', [['a', 1]]],
    [
      'a:text b:text',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a:text b:text n:real',
      [
        ['a', 'b', 1],
        ['c', 'd', 2],
      ],
    ],
    [
      'region:text total:real',
      [
        ['a', 1],
        ['a', 2],
      ],
    ],
    [
      'n:integer m:integer',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'name:text id:integer',
      [
        ['a', 2],
        ['b', 4],
      ],
    ],
    ['region:text total:real', Array.from({ length: 31 }, (_, at): Cell[] => [`r${at}`, at])],
  ];
  for (const [columns, rows] of none)
    assert.equal(chartShape(result(columns, rows)), null, columns);
  const cut = {
    ...result('d:date n:real', [
      ['2026-01-01', 1],
      ['2026-01-02', 2],
    ]),
    truncated: true,
  };
  assert.equal(chartShape(cut), null);
});

test('columns of one scale are drawn together, led by the one the result is ordered by', () => {
  const rows: Cell[][] = [
    ['a', 10, 900, 870],
    ['b', 12, 800, 790],
    ['c', 11, 700, 600],
  ];
  const shape = chartShape(result('city:text orders:integer total:real net:real', rows))!;
  assert.deepEqual(shape.series, [2, 3]);
});

test('colours of series can be told from the ground and from each other', () => {
  const brands: Rgb[] = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 255, 0],
    [102, 126, 234],
    [220, 30, 40],
    [20, 150, 125],
  ];
  for (const brand of brands) {
    for (const dark of [false, true]) {
      const palette = derivePalette(brand, brand, dark);
      const ground = parseColour(palette.raised)!;
      const colours = seriesColours(parseColour(palette.accentInk)!, ground, 6);
      assert.equal(new Set(colours.map(String)).size, 6);
      for (const colour of colours) assert.ok(contrast(colour, ground) >= 3, `${brand} ${dark}`);
    }
  }
});

test('the words of results are complete in every language', async () => {
  const english = await loadResultTexts('en');
  const { default: keys } = await import('../shared/i18n/results-en');
  for (const lang of Object.keys(languages)) {
    const texts = await loadResultTexts(lang);
    for (const key of Object.keys(keys) as (keyof typeof keys)[]) {
      for (const n of [0, 1, 2, 3, 11, 100]) {
        const text = texts.t(key, { n, kind: 'K', values: 'V', name: 'N' });
        assert.ok(text.trim() && !/[{}]/.test(text), `${lang} ${key}`);
      }
      const same = texts.t(key) === english.t(key);
      assert.ok(lang === 'en' || !same || ['no', 'copyHash'].includes(key), `${lang} ${key}`);
    }
  }
});
