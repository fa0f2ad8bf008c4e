// A file in the stream: what it is, its columns, and three questions it can answer.

import { useApp } from '../../context';
import type { Message } from '../../model/state';
import { suggestQuestions } from '../../model/suggest';
import { Starters } from '../starters/starters';
import { FileHead, Peek } from './file-head';

export function FileCard({ message }: { message: Message }) {
  const { i18n, show } = useApp();
  const { file } = message;
  if (!file) return null;
  const id = file.fileId ?? '';
  return (
    <article class="card file-card" aria-label={`${i18n.t('uploadDone')}: ${message.text}`}>
      <FileHead file={file} />
      <Peek file={file} />
      <button
        type="button"
        id={`file:${id}`}
        class="action file-details"
        onClick={() => show('files', id)}
      >
        {i18n.t('fileDetails')}
      </button>
      <Starters questions={suggestQuestions(file, i18n)} />
    </article>
  );
}
