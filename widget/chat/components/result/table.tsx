// The rows of a result: sortable by their column heads, the first ten until all are asked for.

import { useMemo, useState } from 'preact/hooks';
import type { Cell } from '../../model/receipt';
import { columnFormats, textMax, type ColumnFormat } from './format';
import { Glyph } from './glyph';
import { nextOrder, ordered, type Order } from './order';
import { useTexts } from './texts';
import type { ResultModel } from './use-result';

const firstRows = 10;

interface HeadProps {
  column: ColumnFormat;
  order: Order | null;
  at: number;
  sort(): void;
}

function Head({ column, order, at, sort }: HeadProps) {
  const direction = order?.column === at ? order.direction : null;
  return (
    <th scope="col" class={column.numeric ? 'end' : undefined} aria-sort={direction ?? 'none'}>
      <button type="button" class="sort" onClick={sort}>
        <bdi>{column.name || '–'}</bdi>
        <span class={`sort-mark${direction ? ' on' : ''}`}>
          <Glyph name={direction ?? 'ascending'} size={13} />
        </span>
      </button>
    </th>
  );
}

function CellView({ column, cell }: { column: ColumnFormat; cell: Cell }) {
  const texts = useTexts();
  if (cell === null) {
    return (
      <td class={column.numeric ? 'end null' : 'null'}>
        <span aria-hidden="true">–</span>
        <span class="sr">{texts.t('noValue')}</span>
      </td>
    );
  }
  const shown = column.show(cell);
  if (column.numeric) {
    return (
      <td class="end">
        <bdi>{shown}</bdi>
      </td>
    );
  }
  const letters = Array.from(shown);
  const long = letters.length > textMax;
  return (
    <td>
      <bdi>{long ? `${letters.slice(0, textMax).join('')}…` : shown}</bdi>
    </td>
  );
}

interface GridProps {
  label: string;
  formats: readonly ColumnFormat[];
  rows: readonly (readonly Cell[])[];
  order: Order | null;
  sort(column: number): void;
}

function Grid({ label, formats, rows, order, sort }: GridProps) {
  return (
    <table>
      <caption class="sr">{label}</caption>
      <thead>
        <tr>
          {formats.map((column, at) => (
            <Head key={at} column={column} order={order} at={at} sort={() => sort(at)} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, line) => (
          <tr key={line}>
            {formats.map((column, at) => (
              <CellView key={at} column={column} cell={row[at] ?? null} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ResultTable({ result }: { result: ResultModel }) {
  const texts = useTexts();
  const { lang } = texts;
  const { receipt, complete, busy } = result;
  const [order, setOrder] = useState<Order | null>(null);
  const [all, setAll] = useState(false);
  const formats = useMemo(
    () => columnFormats(receipt, lang, { yes: texts.t('yes'), no: texts.t('no') }),
    [receipt, lang],
  );
  const rows = useMemo(
    () => ordered(receipt.rows, order, formats[order?.column ?? 0]?.numeric ?? false, lang),
    [receipt, order, formats],
  );
  const sortBy = async (column: number) => {
    if (await complete()) setOrder((now) => nextOrder(now, column));
  };
  const toggle = async () => {
    if (all || (await complete())) setAll(!all);
  };
  const label = texts.t('result', { n: receipt.rowCount });
  const shown = rows.slice(0, all ? rows.length : firstRows);
  const kind = `result-table${all ? ' all' : ''}`;
  return (
    <>
      <div class={kind} tabIndex={0} role="group" aria-label={label} aria-busy={busy !== null}>
        <Grid {...{ label, formats, order, rows: shown }} sort={(at) => void sortBy(at)} />
      </div>
      {receipt.truncated ? (
        <p class="result-note">{texts.t('truncated', { n: receipt.rowCount })}</p>
      ) : null}
      {receipt.rowCount > firstRows ? (
        <button
          type="button"
          class="action show-all"
          aria-expanded={all}
          onClick={() => void toggle()}
        >
          {all ? texts.t('showLess') : texts.t('showAll', { n: receipt.rowCount })}
        </button>
      ) : null}
    </>
  );
}
