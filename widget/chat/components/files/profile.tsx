// The columns of a table and what they hold over all rows.

import { useState } from 'preact/hooks';
import { useApp } from '../../context';
import {
  filledText,
  shortText,
  typeText,
  valueTexts,
  type ColumnView,
  type TableView,
} from '../../model/tables';

/** Columns drawn at once; the rest is found by name. */
const columnsMax = 50;
/** From this number on there is a box to find a column. */
const findFrom = 20;

function Row({ column }: { column: ColumnView }) {
  const { i18n } = useApp();
  const { profile, type } = column;
  const distinct = profile ? Number(profile.distinct) || 0 : 0;
  return (
    <tr>
      <th scope="row">
        <bdi>{column.title}</bdi>
        {type ? <span class="type">{typeText(type, i18n)}</span> : null}
        {profile?.note ? <span class="type">{shortText(profile.note)}</span> : null}
      </th>
      {profile ? (
        <>
          <td>{filledText(profile, i18n)}</td>
          <td>
            {profile.distinctIsEstimate ? '≈ ' : ''}
            {i18n.number(distinct)}
          </td>
          <td>
            {valueTexts(profile, i18n).map((text, at) => (
              <bdi key={at} class="value">
                {text}
              </bdi>
            ))}
          </td>
        </>
      ) : null}
    </tr>
  );
}

function matching(columns: readonly ColumnView[], wish: string): readonly ColumnView[] {
  const part = wish.trim().toLowerCase();
  if (!part) return columns;
  const has = (text: string | undefined) => text?.toLowerCase().includes(part) === true;
  return columns.filter((column) => has(column.title) || has(column.profile?.name));
}

function Find({ wish, setWish }: { wish: string; setWish(wish: string): void }) {
  const { i18n } = useApp();
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || wish === '') return;
    // The first Escape empties the box, as it does everywhere; the next one leaves.
    event.stopPropagation();
    setWish('');
  };
  return (
    <input
      type="search"
      class="find"
      value={wish}
      aria-label={i18n.t('findColumn')}
      placeholder={i18n.t('findColumn')}
      onInput={(event) => setWish(event.currentTarget.value)}
      onKeyDown={leave}
    />
  );
}

function Sheet({ columns, name }: { columns: readonly ColumnView[]; name: string }) {
  const { i18n } = useApp();
  const profiled = columns.some((column) => column.profile);
  const heads = profiled
    ? (['column', 'filled', 'distinct', 'values'] as const)
    : (['column'] as const);
  return (
    <div
      class="sheet profile"
      tabIndex={0}
      role="region"
      aria-label={`${i18n.t('columnsTitle')}: ${name}`}
    >
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {i18n.t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column, at) => (
            <Row key={at} column={column} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `name` tells this sheet from those of other tables. */
export function Profile({ table, name }: { table: TableView; name: string }) {
  const { i18n } = useApp();
  const [wish, setWish] = useState('');
  const { columns } = table;
  if (columns.length === 0) return null;
  const shown = matching(columns, wish).slice(0, columnsMax);
  return (
    <>
      {columns.length >= findFrom ? <Find wish={wish} setWish={setWish} /> : null}
      {shown.length > 0 ? (
        <Sheet columns={shown} name={name} />
      ) : (
        <p class="note">{i18n.t('noColumn')}</p>
      )}
      {shown.length < columns.length ? (
        <p class="note" role="status">
          {i18n.t('columnsShown', { n: shown.length, all: columns.length })}
        </p>
      ) : null}
    </>
  );
}
