// The receipt of an upload: the file, its columns, and three questions it can answer.

import { useApp } from '../../context';
import type { Message } from '../../model/state';
import { suggestQuestions } from '../../model/suggest';
import { Columns, FileHead } from '../files/files';
import { Icon } from '../icon/icon';

export function FileCard({ message }: { message: Message }) {
  const { i18n, conversation } = useApp();
  const { file } = message;
  if (!file) return null;
  return (
    <article class="card file-card" aria-label={i18n.t('uploadDone')}>
      <FileHead file={file} />
      <Columns file={file} />
      <ul class="starters" aria-label={i18n.t('starters')}>
        {suggestQuestions(file, i18n).map((question) => (
          <li key={question}>
            <button
              type="button"
              class="starter"
              dir="auto"
              onClick={() => conversation.send(question)}
            >
              <span>{question}</span>
              <Icon name="next" size={16} />
            </button>
          </li>
        ))}
      </ul>
    </article>
  );
}
