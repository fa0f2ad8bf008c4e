// The first rows of a table, asked for when wanted.

import { useState } from 'preact/hooks';
import type { Cell, QueryResult } from '../../../shared/dataset';
import { useApp } from '../../context';
import { numberText, shortText } from '../../model/tables';

/** Columns drawn of a wide table. */
const columnsMax = 50;

type Shown = QueryResult | 'no' | 'loading' | 'failed';

function Value({ cell }: { cell: Cell | undefined }) {
  const { i18n } = useApp();
  if (cell === null || cell === undefined) {
    return (
      <td class="null">
        <span aria-hidden="true">–</span>
        <span class="sr">{i18n.t('noValue')}</span>
      </td>
    );
  }
  if (typeof cell === 'number') return <td class="number">{numberText(cell, i18n.lang)}</td>;
  return (
    <td>
      <bdi class="cell">{shortText(cell)}</bdi>
    </td>
  );
}

function Rows({ result, title }: { result: QueryResult; title: string }) {
  const { i18n } = useApp();
  const columns = result.columns.slice(0, columnsMax);
  return (
    <>
      <div
        class="sheet preview"
        tabIndex={0}
        role="region"
        aria-label={i18n.t('previewTitle', { name: title })}
      >
        <table>
          <thead>
            <tr>
              {columns.map((column, at) => (
                <th key={at} scope="col">
                  <bdi>{shortText(column.name)}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.rows.map((row, at) => (
              <tr key={at}>
                {columns.map((_column, place) => (
                  <Value key={place} cell={row[place]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {columns.length < result.columns.length ? (
        <p class="note">
          {i18n.t('columnsShown', { n: columns.length, all: result.columns.length })}
        </p>
      ) : null}
    </>
  );
}

/** `table` is its name in SQL, `name` the one for people. */
export function Preview({ table, name }: { table: string; name: string }) {
  const { i18n, files } = useApp();
  const [shown, setShown] = useState<Shown>('no');
  const open = typeof shown === 'object';
  const load = () => {
    setShown('loading');
    files
      .load()
      .then((all) => all.preview(table))
      .then(setShown, () => setShown('failed'));
  };
  return (
    <div class="preview-part">
      <button
        type="button"
        class="button button-wide"
        aria-expanded={open}
        aria-disabled={shown === 'loading'}
        onClick={open ? () => setShown('no') : load}
      >
        {shown === 'loading' ? <span class="spinner" aria-hidden="true" /> : null}
        {i18n.t(open ? 'previewHide' : 'preview')}
      </button>
      {shown === 'failed' ? (
        <p class="files-failed" role="alert">
          {i18n.t('previewFailed')}
        </p>
      ) : null}
      {open ? <Rows result={shown} title={name} /> : null}
    </div>
  );
}
