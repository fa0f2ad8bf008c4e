// One table of a file: what the import noticed, its columns, and its first rows.

import { useId, useState } from 'preact/hooks';
import { useApp } from '../../context';
import { sizeText, type TableView } from '../../model/tables';
import { Icon } from '../icon/icon';
import { Preview } from './preview';
import { Profile } from './profile';

interface Props {
  table: TableView;
  fileName: string;
  /** The only table of its file: the file's own line says all about it. */
  alone: boolean;
  open: boolean;
}

function Notes({ notes }: { notes: readonly string[] }) {
  const { i18n } = useApp();
  if (notes.length === 0) return null;
  return (
    <ul class="import-notes" aria-label={i18n.t('importNotes')}>
      {notes.map((note, at) => (
        <li key={at} dir="auto">
          <Icon name="alert" size={16} />
          <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}

/** `name`: tells this table's parts from those of all others. */
function Body({ table, name }: { table: TableView; name: string }) {
  return (
    <>
      <Notes notes={table.notes} />
      <Profile table={table} name={name} />
      {table.name === null ? null : <Preview table={table.name} name={name} />}
    </>
  );
}

export function TableSection({ table, fileName, alone, open }: Props) {
  const { i18n } = useApp();
  const [unfolded, setUnfolded] = useState(open);
  const id = useId();
  if (alone) return <Body table={table} name={fileName} />;
  return (
    <section class="table-section">
      <h3>
        <button
          type="button"
          class="table-toggle"
          aria-expanded={unfolded}
          aria-controls={id}
          onClick={() => setUnfolded(!unfolded)}
        >
          <span class="table-line">
            <bdi>{table.title}</bdi> <span>{sizeText(table, i18n)}</span>
          </span>
          <Icon name="close" size={16} />
        </button>
      </h3>
      <div id={id} hidden={!unfolded}>
        {unfolded ? <Body table={table} name={`${fileName} › ${table.title}`} /> : null}
      </div>
    </section>
  );
}
