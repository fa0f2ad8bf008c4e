// What the panel knows and shows. Values are replaced, never changed in place, so that a view can
// tell by identity what to draw again.

import type { BotConfig, FileInfo, StoredMessage } from '../../shared/api';
import type { PanelOptions, WidgetConfig } from '../../shared/protocol';
import { readReceipts, type Receipt } from './receipt';

export type Author = 'visitor' | 'assistant' | 'file' | 'divider';

export type MessageState =
  | 'queued'
  | 'sending'
  | 'sent'
  | 'failed'
  | 'unanswered'
  | 'waiting'
  | 'streaming'
  | 'done'
  | 'stopped'
  | 'truncated'
  | 'length'
  | 'refusal'
  | 'error';

export interface ToolStep {
  id: string;
  label: string;
  status: 'running' | 'done' | 'failed';
}

export interface Failure {
  kind: 'network' | 'busy' | 'tooMany' | 'provider' | 'signIn' | 'identity' | 'generic';
  /** Server words and request id, for the fold-out. */
  details: string;
  requestId: string;
  /** Said to the visitor in place of our own words. */
  said?: string;
}

export interface Message {
  /** Stable for the life of the panel; the Idempotency-Key of a visitor's message. */
  key: string;
  author: Author;
  text: string;
  at: number;
  state: MessageState;
  messageId?: string;
  seq?: number;
  steps?: ToolStep[];
  /** What a data answer was read from, in the order of its queries. */
  receipts?: readonly Receipt[];
  failure?: Failure;
  file?: FileInfo;
  provider?: string;
  /** The visitor message id whose answer this send replaces. */
  retryOf?: string;
}

export interface Upload {
  key: string;
  fileName: string;
  size: number;
  /** In the queue, on its way, being read by the server. */
  phase: 'waiting' | 'sending' | 'reading';
  /** 0 to 1 of the phase; null: not known. */
  progress: number | null;
  failure?: 'type' | 'size' | 'empty' | 'tooMany' | 'unreadable' | 'busy' | 'failed' | 'network';
  /** For `tooMany`: how many files were left out. */
  count?: number;
  /** Server words and request id, for the fold-out. */
  details?: string;
}

export type Embedding = 'loader' | 'frame' | 'page';
export type View = 'chat' | 'files' | 'menu';
export type Line = 'live' | 'lost' | 'offline';

export interface State {
  embedding: Embedding;
  minimised: boolean;
  view: View;
  bot: BotConfig | null;
  config: WidgetConfig;
  options: PanelOptions;
  sessionId: string | null;
  restored: boolean;
  messages: readonly Message[];
  line: Line;
  busy: boolean;
  files: readonly FileInfo[];
  /** Files a session may have; null until the server has said it. */
  filesMax: number | null;
  uploads: readonly Upload[];
  /** The file that the list of files opens with. */
  fileShown: string | null;
  unread: number;
  startFailed: boolean;
  theme: 'auto' | 'light' | 'dark';
  dark: boolean;
  lang: string;
  sound: boolean;
}

export function finishState(finish: string | undefined): MessageState {
  const known = ['stopped', 'truncated', 'length', 'refusal'] as const;
  return known.find((state) => state === finish) ?? 'done';
}

export function fromStored(stored: StoredMessage, index: number): Message {
  const visitor = stored.role === 'user';
  const message: Message = {
    key: stored.messageId ? `m:${stored.messageId}` : `h:${index}`,
    author: visitor ? 'visitor' : 'assistant',
    text: String(stored.content ?? ''),
    at: Number(stored.timestamp) || Date.now(),
    state: visitor ? 'sent' : finishState(stored.finish),
  };
  if (stored.messageId) message.messageId = stored.messageId;
  if (typeof stored.seq === 'number') message.seq = stored.seq;
  const receipts = readReceipts(stored.receipts);
  if (receipts.length) message.receipts = receipts;
  return message;
}

export function patchMessage(
  messages: readonly Message[],
  key: string,
  patch: Partial<Message>,
): readonly Message[] {
  return messages.map((message) => (message.key === key ? { ...message, ...patch } : message));
}

/** Key of the assistant message that answers the visitor message `key`. */
export function answerKey(key: string): string {
  return `${key}:answer`;
}

/** What the server has, what waited in the outbox, what was written since: each message once. */
export function mergeRestored(
  stored: readonly Message[],
  unsent: readonly Message[],
  current: readonly Message[],
): readonly Message[] {
  const shown = new Map(current.map((message) => [message.messageId ?? message.key, message]));
  const keys = new Set(current.map((message) => message.key));
  const ids = new Set(stored.map((message) => message.messageId ?? message.key));
  return [
    ...stored.map((message) => shown.get(message.messageId ?? message.key) ?? message),
    ...unsent.filter((one) => !keys.has(one.key) && !(one.messageId && ids.has(one.messageId))),
    ...current.filter((message) => !ids.has(message.messageId ?? message.key)),
  ];
}
