// One message of the conversation. Drawn again only when the message itself was replaced.

import { Component } from 'preact';
import { useApp } from '../../context';
import type { Message } from '../../model/state';
import { Answer } from './answer';
import { useExtras } from '../extras/lazy';
import { useResults } from '../result/lazy';
import { Meta, Notes, Steps } from './notes';

interface Props {
  message: Message;
  /** The author's name, for screen readers. */
  author: string;
  /** First of a run by the same author. */
  first: boolean;
  last: boolean;
}

function Typing() {
  const { i18n } = useApp();
  return (
    <div id="typing-indicator" class="typing" role="img" aria-label={i18n.t('statusTyping')}>
      <i />
      <i />
      <i />
    </div>
  );
}

function AssistantBody({ message }: { message: Message }) {
  const receipts = message.receipts ?? [];
  const results = useResults(receipts.length > 0);
  // Steps turn into the receipt: beside one, only what still runs is told.
  const told = new Set(receipts.map((one) => one.callId));
  const steps =
    results && receipts.length
      ? message.steps?.filter((one) => one.status === 'running' && !told.has(one.id))
      : message.steps;
  const waiting =
    message.state === 'waiting' && !message.steps?.some((one) => one.status === 'running');
  const complete = message.state !== 'waiting' && message.state !== 'streaming';
  return (
    <>
      {steps?.length ? <Steps steps={steps} /> : null}
      {message.text ? (
        <div class="bubble">
          <Answer text={message.text} complete={complete} />
        </div>
      ) : null}
      {waiting && !message.text ? (
        <div class="bubble">
          <Typing />
        </div>
      ) : null}
      {results ? <results.Results receipts={receipts} live={!complete} /> : null}
    </>
  );
}

function FileRow({ message }: { message: Message }) {
  const { i18n } = useApp();
  const extras = useExtras(i18n, true);
  return <li class="row row-file">{extras ? <extras.FileCard message={message} /> : null}</li>;
}

function View({ message, author, first, last }: Props) {
  const { i18n } = useApp();
  if (message.author === 'divider') {
    return (
      <li class="divider">
        <span>{i18n.t('newConversation')}</span>
      </li>
    );
  }
  if (message.author === 'file') return <FileRow message={message} />;
  const visitor = message.author === 'visitor';
  const busy = message.state === 'waiting' || message.state === 'streaming';
  return (
    <li
      class={`row row-${message.author} is-${message.state}${first ? ' first' : ''}`}
      aria-busy={busy}
      data-state={message.state}
    >
      <span class="sr">{author}</span>
      {visitor ? (
        <div class="bubble" dir="auto">
          {message.text}
        </div>
      ) : (
        <AssistantBody message={message} />
      )}
      <Notes message={message} />
      <Meta message={message} last={last} />
    </li>
  );
}

export class MessageView extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    const now = this.props;
    return (
      now.message !== next.message ||
      now.first !== next.first ||
      now.last !== next.last ||
      now.author !== next.author
    );
  }

  override render() {
    return <View {...this.props} />;
  }
}
