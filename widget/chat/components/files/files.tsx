// The file the conversation can be asked about: what it holds, and the way to remove it.

import type { FileInfo } from '../../../shared/api';
import { cleanFileName, cleanText } from '../../../shared/text';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { shapeOf, shapeText } from '../../model/suggest';
import { Icon } from '../icon/icon';

/** Columns shown before the rest is only counted. */
const columnsMax = 8;

export function FileHead({ file }: { file: FileInfo }) {
  const { i18n } = useApp();
  return (
    <div class="file-head">
      <span class="file-icon" aria-hidden="true">
        <Icon name="table" size={22} />
      </span>
      <div class="file-what">
        <bdi class="file-name">{cleanFileName(file.fileName)}</bdi>
        <span class="file-shape">
          {shapeText(file, i18n)} · {i18n.bytes(file.fileSize)}
        </span>
      </div>
    </div>
  );
}

export function Columns({ file, max = columnsMax }: { file: FileInfo; max?: number }) {
  const { i18n } = useApp();
  const { columns, types } = shapeOf(file);
  if (columns.length === 0) return null;
  return (
    <ul class="columns" aria-label={i18n.t('columnsTitle')}>
      {columns.slice(0, max).map((name) => (
        <li key={name}>
          <bdi>{cleanText(name).slice(0, 60)}</bdi>
          {types[name] ? <span class="type">{types[name]}</span> : null}
        </li>
      ))}
      {columns.length > max ? (
        <li class="rest">{i18n.t('more', { n: columns.length - max })}</li>
      ) : null}
    </ul>
  );
}

export function Files({ state, pick }: { state: State; pick(): void }) {
  const { i18n, uploads, announce } = useApp();
  const { file } = state;
  const remove = () => void uploads.remove().then(() => announce(i18n.t('fileRemoved')));
  const when = file?.uploadedAt ? Date.parse(file.uploadedAt) : NaN;
  return (
    <main class="files" aria-label={i18n.t('files')}>
      {file ? (
        <article class="card">
          <FileHead file={file} />
          <Columns file={file} max={60} />
          {Number.isNaN(when) ? null : (
            <p class="note">{i18n.t('added', { when: `${i18n.day(when)}, ${i18n.time(when)}` })}</p>
          )}
          <button type="button" class="button button-danger" onClick={remove}>
            <Icon name="bin" size={18} />
            {i18n.t('removeFile')}
          </button>
        </article>
      ) : (
        <p class="files-none">{i18n.t('noFile')}</p>
      )}
      <button type="button" class="button button-wide" onClick={pick}>
        <Icon name="attach" size={18} />
        {i18n.t('attach')}
      </button>
    </main>
  );
}
