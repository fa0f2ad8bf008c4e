// What the visitor wrote and the server does not have, kept in this tab's sessionStorage so that a
// reload loses nothing. A message keeps its key, so sending it again can never cost a second answer.

import { readJson, type Box } from '../../shared/storage';
import { isRecord } from '../../shared/protocol';
import { answerKey, type Message, type MessageState } from './state';

const pending: readonly MessageState[] = ['queued', 'sending', 'failed'];

/**
 * Messages of the visitor that the server has not taken yet, or forgot: it keeps no question whose
 * answer failed before its first word.
 */
export function unkept(messages: readonly Message[]): Message[] {
  const failed = new Map(
    messages.filter((one) => one.state === 'error').map((answer) => [answer.key, answer]),
  );
  return messages.flatMap((message) => {
    if (message.author !== 'visitor') return [];
    if (pending.includes(message.state)) return [message];
    const answer = failed.get(answerKey(message.key));
    return answer?.failure ? [{ ...message, state: 'failed', failure: answer.failure }] : [];
  });
}

export class Outbox {
  private saved = '';
  /** Keys of this page's messages: until all is loaded, what a former page left stays as well. */
  private readonly own = new Set<string>();
  private loaded = false;

  constructor(
    private readonly box: Box,
    private readonly key: () => string,
  ) {}

  save(messages: readonly Message[]): void {
    const fresh = unkept(messages);
    for (const message of fresh) this.own.add(message.key);
    const left = this.loaded ? [] : this.read().filter((message) => !this.own.has(message.key));
    const waiting = [...left, ...fresh];
    const text = waiting.length ? JSON.stringify(waiting) : '';
    if (text === this.saved) return;
    this.saved = text;
    if (text) this.box.set(this.key(), text);
    else this.box.remove(this.key());
  }

  load(): Message[] {
    this.loaded = true;
    return this.read();
  }

  private read(): Message[] {
    const list = readJson(this.box, this.key());
    if (!Array.isArray(list)) return [];
    return list
      .filter(isMessage)
      .map((message) => (message.state === 'sending' ? { ...message, state: 'queued' } : message));
  }
}

function isMessage(value: unknown): value is Message {
  return (
    isRecord(value) &&
    typeof value['key'] === 'string' &&
    typeof value['text'] === 'string' &&
    value['author'] === 'visitor' &&
    pending.includes(value['state'] as MessageState)
  );
}
