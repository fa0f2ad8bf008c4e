// Questions to start with, as buttons that send them.

import { useApp } from '../../context';
import { focusChat } from '../focus';
import { Icon } from '../icon/icon';

export function Starters({ questions }: { questions: readonly string[] }) {
  const { i18n, conversation } = useApp();
  return (
    <ul class="starters" aria-label={i18n.t('starters')}>
      {questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            class="starter"
            dir="auto"
            onClick={() => {
              conversation.send(question);
              focusChat();
            }}
          >
            <span>{question}</span>
            <Icon name="next" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}
