// How a file is introduced: its name and size in rows and columns, and a peek at its columns.

import type { FileInfo } from '../../../shared/dataset';
import { cleanFileName } from '../../../shared/text';
import { useApp } from '../../context';
import { fileText, sizeText, tablesOf, typeText, type TableView } from '../../model/tables';
import { Icon } from '../icon/icon';

/** Columns, and tables, shown before the rest is only counted. */
const columnsMax = 8;
const tablesMax = 3;

/** `dated`: says when it was added, too. */
export function FileHead({ file, dated = false }: { file: FileInfo; dated?: boolean }) {
  const { i18n } = useApp();
  const at = dated ? Date.parse(file.uploadedAt ?? '') : NaN;
  return (
    <div class="file-head">
      <span class="file-icon" aria-hidden="true">
        <Icon name="table" size={22} />
      </span>
      <div class="file-what">
        <bdi class="file-name">{cleanFileName(file.fileName)}</bdi>
        <span class="file-shape">
          {fileText(file, i18n)} · {i18n.bytes(file.fileSize)}
        </span>
        {Number.isNaN(at) ? null : (
          <span class="file-shape">
            {i18n.t('added', { when: `${i18n.day(at)}, ${i18n.time(at)}` })}
          </span>
        )}
      </div>
    </div>
  );
}

function Columns({ table }: { table: TableView }) {
  const { i18n } = useApp();
  const { columns } = table;
  if (columns.length === 0) return null;
  return (
    <ul class="columns" aria-label={i18n.t('columnsTitle')}>
      {columns.slice(0, columnsMax).map((column, at) => (
        <li key={at}>
          <bdi>{column.title.slice(0, 60)}</bdi>
          {column.type ? <span class="type">{typeText(column.type, i18n)}</span> : null}
        </li>
      ))}
      {columns.length > columnsMax ? (
        <li class="rest">{i18n.t('more', { n: columns.length - columnsMax })}</li>
      ) : null}
    </ul>
  );
}

/** The columns of the only table, or the names of several, with the columns of the first. */
export function Peek({ file }: { file: FileInfo }) {
  const { i18n } = useApp();
  const tables = tablesOf(file);
  if (tables.length === 1) return <Columns table={tables[0]!} />;
  return (
    <ul class="tables">
      {tables.slice(0, tablesMax).map((table, at) => (
        <li key={at}>
          <p class="table-line">
            <bdi>{table.title}</bdi> <span>{sizeText(table, i18n)}</span>
          </p>
          {at === 0 ? <Columns table={table} /> : null}
        </li>
      ))}
      {tables.length > tablesMax ? (
        <li class="rest">{i18n.t('more', { n: tables.length - tablesMax })}</li>
      ) : null}
    </ul>
  );
}
