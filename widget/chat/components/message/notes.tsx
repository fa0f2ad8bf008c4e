// What is said about a message: its steps, how it ended, what failed, and what can be done.

import type { MessageKey } from '../../../shared/i18n';
import { useApp } from '../../context';
import type { Failure, Message, ToolStep } from '../../model/state';
import { focusChat } from '../focus';
import { Icon } from '../icon/icon';
import { useCopy } from './answer';

export function Steps({ steps }: { steps: readonly ToolStep[] }) {
  const { i18n } = useApp();
  return (
    <ul class="steps">
      {steps.map((step) => (
        <li key={step.id} class={`step step-${step.status}`}>
          {step.status === 'running' ? (
            <span class="spinner" aria-hidden="true" />
          ) : (
            <Icon name={step.status === 'done' ? 'check' : 'alert'} size={14} />
          )}
          <span dir="auto">{step.label || i18n.t('toolRunning')}</span>
        </li>
      ))}
    </ul>
  );
}

const failureText: Record<Failure['kind'], MessageKey> = {
  network: 'errorNetwork',
  busy: 'errorBusy',
  tooMany: 'errorTooMany',
  provider: 'errorProvider',
  signIn: 'errorSignIn',
  identity: 'errorIdentity',
  generic: 'errorGeneric',
};

/** How an answer ended, if not as it should. */
export const endText: Partial<Record<Message['state'], MessageKey>> = {
  stopped: 'answerStopped',
  truncated: 'answerTruncated',
  length: 'answerLength',
  refusal: 'answerRefusal',
  unanswered: 'unanswered',
};

function FailureNote({ failure }: { failure: Failure }) {
  const { i18n } = useApp();
  const facts = [failure.details, failure.requestId].filter(Boolean);
  return (
    <div class="failure" role="alert">
      <p dir="auto">
        <Icon name="alert" size={16} />
        {failure.said || i18n.t(failureText[failure.kind])}
      </p>
      {facts.length ? (
        <details>
          <summary>{i18n.t('details')}</summary>
          {facts.map((fact) => (
            <p key={fact} dir="auto">
              {fact}
            </p>
          ))}
        </details>
      ) : null}
    </div>
  );
}

const retryable: readonly Message['state'][] = [
  'failed',
  'error',
  'stopped',
  'truncated',
  'unanswered',
];

/** What is said about the message. */
export function Notes({ message }: { message: Message }) {
  const { i18n } = useApp();
  const end = endText[message.state];
  // Of an answer that was cut off, a lost line says nothing new: the message itself was sent.
  const cut = message.state === 'truncated' && message.failure?.kind === 'network';
  return (
    <>
      {end ? <p class="ending">{i18n.t(end)}</p> : null}
      {message.failure && !cut ? <FailureNote failure={message.failure} /> : null}
      {message.state === 'queued' ? <p class="ending">{i18n.t('queued')}</p> : null}
    </>
  );
}

/** What can be done with it. `last`: nothing was said after it, so it can still be repeated. */
export function Meta({ message, last }: { message: Message; last: boolean }) {
  const { i18n, conversation } = useApp();
  const copy = useCopy();
  const ended = !['waiting', 'streaming', 'queued', 'sending'].includes(message.state);
  const again = last && retryable.includes(message.state);
  const copies = message.author === 'assistant' && ended && message.text !== '';
  return (
    <div class="meta">
      <time dateTime={new Date(message.at).toISOString()}>{i18n.time(message.at)}</time>
      {copies ? (
        <button
          type="button"
          class="action copy-message"
          aria-label={i18n.t('copy')}
          onClick={(event) => copy(message.text, event.currentTarget)}
        >
          <Icon name="copy" size={16} />
          <Icon name="check" size={16} />
        </button>
      ) : null}
      {again ? (
        <button
          type="button"
          class="action action-retry"
          onClick={() => {
            conversation.retry(message.key);
            focusChat();
          }}
        >
          <Icon name="retry" size={16} />
          {i18n.t('retry')}
        </button>
      ) : null}
    </div>
  );
}
