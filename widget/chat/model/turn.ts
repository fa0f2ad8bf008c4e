// Applies the events of a turn to the list of messages. Pure.

import type { TurnEvent } from '../../shared/stream';
import { isRecord } from '../../shared/protocol';
import { cleanText } from '../../shared/text';
import { failureFrom } from './failure';
import { readReceipt, withReceipt } from './receipt';
import { answerKey, finishState, patchMessage, type Message, type ToolStep } from './state';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function changeAnswer(
  messages: readonly Message[],
  key: string,
  change: (message: Message) => Partial<Message>,
): readonly Message[] {
  return messages.map((message) =>
    message.key === key ? { ...message, ...change(message) } : message,
  );
}

function started(
  messages: readonly Message[],
  key: string,
  data: Record<string, unknown>,
): readonly Message[] {
  const user = isRecord(data['userMessage']) ? data['userMessage'] : {};
  const visitor: Partial<Message> = { state: 'sent' };
  if (text(user['messageId'])) visitor.messageId = text(user['messageId']);
  if (typeof user['seq'] === 'number') visitor.seq = user['seq'];
  const answer: Partial<Message> = { provider: text(data['provider']) };
  const messageId = text(data['messageId']);
  const known = messages.find((one) => one.key === answerKey(key));
  // The same answer goes on: what was said of it stays.
  if (!messageId || known?.messageId !== messageId) answer.text = '';
  if (messageId) answer.messageId = messageId;
  if (typeof data['seq'] === 'number') answer.seq = data['seq'];
  // After a reload the same message may be known twice: from the outbox and from the server.
  const twin = messages.find(
    (one) => one.key !== key && one.author === 'visitor' && one.messageId === visitor.messageId,
  );
  const alone =
    twin && visitor.messageId
      ? messages.filter(
          (one) =>
            one !== twin &&
            one.key !== answerKey(twin.key) &&
            !(one.author === 'assistant' && one.messageId === answer.messageId),
        )
      : messages;
  return patchMessage(patchMessage(alone, key, visitor), answerKey(key), answer);
}

function toolStep(steps: readonly ToolStep[], data: Record<string, unknown>): ToolStep[] {
  const status = data['status'];
  const step: ToolStep = {
    id: text(data['id']),
    label: cleanText(text(data['label']) || text(data['name'])).slice(0, 300),
    status: status === 'done' || status === 'failed' ? status : 'running',
  };
  const known = steps.some((other) => other.id === step.id);
  return known ? steps.map((other) => (other.id === step.id ? step : other)) : [...steps, step];
}

export function applyTurnEvent(
  messages: readonly Message[],
  key: string,
  event: TurnEvent,
): readonly Message[] {
  const answer = answerKey(key);
  switch (event.type) {
    case 'started':
      return started(messages, key, event.data);
    case 'delta':
      return changeAnswer(messages, answer, (message) => ({
        state: 'streaming',
        text: message.text + event.text,
      }));
    case 'tool':
      return changeAnswer(messages, answer, (message) => ({
        steps: toolStep(message.steps ?? [], event.data),
      }));
    case 'receipt': {
      const receipt = readReceipt(event.data);
      if (!receipt) return messages;
      return changeAnswer(messages, answer, (message) => ({
        receipts: withReceipt(message.receipts ?? [], receipt),
      }));
    }
    case 'done':
      // A person is to answer, and has not yet.
      if (event.data['mode'] === 'waiting') {
        const silent = messages.find((message) => message.key === answer && !message.text);
        if (silent) return messages.filter((message) => message !== silent);
      }
      return changeAnswer(messages, answer, (message) => ({
        state: finishState(text(event.data['finish'])),
        at: Number(event.data['timestamp']) || message.at,
      }));
    case 'error': {
      const { data } = event;
      const failure = failureFrom(
        0,
        text(data['code']),
        text(data['details']) || text(data['error']),
        text(data['requestId']),
      );
      return changeAnswer(messages, answer, (message) =>
        // What was said stays, with what it was read from; the rest the server forgets as well.
        message.text
          ? {
              state: 'truncated',
              failure,
              steps: (message.steps ?? []).filter((step) => step.status !== 'running'),
            }
          : { state: 'error', failure, steps: [], receipts: [] },
      );
    }
  }
}
