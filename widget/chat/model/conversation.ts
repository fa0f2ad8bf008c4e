// The conversation: sends in order, streams answers, stops, retries, survives reloads and lost
// lines, and stays in step with the visitor's other tabs.

import { type Api, ApiError } from '../../shared/api';
import { runTurn, type TurnEvent, type TurnTools } from '../../shared/stream';
import { cleanText, newId } from '../../shared/text';
import { failureOf } from './failure';
import { unkept, type Outbox } from './outbox';
import { isGone, type Session } from './session';
import {
  answerKey,
  fromStored,
  mergeRestored,
  patchMessage,
  type Message,
  type State,
} from './state';
import type { Store } from './store';
import type { TabNews, Tabs } from './tabs';
import { applyTurnEvent } from './turn';

export interface ConversationDeps {
  api: Api;
  store: Store<State>;
  session: Session;
  outbox: Outbox;
  tabs: Tabs;
  tools: TurnTools;
  online(): boolean;
  /** An answer is complete: `message` is what was said. */
  onAnswer(message: Message): void;
  onFailure(message: Message): void;
}

/** What clearing leaves: the files stay on the server, so their cards do. */
function filesOf(messages: readonly Message[]): readonly Message[] {
  return messages.filter((message) => message.author === 'file');
}

export class Conversation {
  private leave = new AbortController();
  private running = false;

  constructor(private readonly deps: ConversationDeps) {
    deps.tabs.onNews = (news, sessionId) => void this.hear(news, sessionId);
  }

  /** Loads the stored session, its running answer and the messages that still wait to be sent. */
  async restore(): Promise<void> {
    const { store, session, outbox } = this.deps;
    const view = await session.restore();
    const stored = (view?.messages ?? []).map(fromStored);
    const unsent = outbox.load();
    store.update((state) => ({
      messages: mergeRestored(stored, unsent, state.messages),
      restored: true,
    }));
    if (view) await this.follow();
    this.markUnanswered();
    void this.pump();
  }

  send(text: string): void {
    const clean = cleanText(text).trim();
    if (!clean) return;
    const message: Message = {
      key: newId(),
      author: 'visitor',
      text: clean,
      at: Date.now(),
      state: 'queued',
    };
    this.change((messages) => [...messages, message]);
    void this.pump();
  }

  /** Sends the failed or unfinished exchange around message `key` again. */
  retry(key: string): void {
    const messages = this.deps.store.get().messages;
    const at = messages.findIndex((message) => message.key === key);
    const visitor = messages
      .slice(0, at + 1)
      .reverse()
      .find((one) => one.author === 'visitor');
    if (!visitor || this.running) return;
    const answers = new Set([answerKey(visitor.key), key]);
    // A message that may or may not have arrived keeps its key: the server then answers it once.
    const unsure = visitor.failure?.kind === 'network' && !visitor.messageId;
    const { failure: _failure, ...rest } = visitor;
    const again: Message = { ...rest, key: unsure ? visitor.key : newId(), state: 'queued' };
    if (visitor.messageId) again.retryOf = visitor.messageId;
    this.change((list) =>
      list
        .filter((one) => one.author === 'visitor' || !answers.has(one.key))
        .map((one) => (one.key === visitor.key ? again : one)),
    );
    void this.pump();
  }

  /** Stops the running answer on the server; what was said stays. */
  async stop(): Promise<void> {
    const { api, session } = this.deps;
    const open = () =>
      this.deps.store
        .get()
        .messages.find((message) => message.state === 'streaming' || message.state === 'waiting');
    const answer = open();
    try {
      if (session.id) await api.stop(session.id);
    } catch {
      this.leave.abort();
      if (answer && open()) this.patch(answer.key, { state: 'stopped' });
    }
  }

  async clear(): Promise<void> {
    const { api, session, store, outbox, tabs } = this.deps;
    if (this.running) await this.stop();
    this.leave.abort();
    outbox.save([]);
    store.update(({ messages }) => ({ messages: filesOf(messages), unread: 0 }));
    if (!session.id) return;
    try {
      await api.clearHistory(session.id);
      tabs.announce('cleared', session.id);
    } catch (error) {
      if (!isGone(error)) throw error;
      session.forget();
    }
  }

  /** The line is back: what waited goes out now. */
  resume(): void {
    void this.pump();
  }

  private async pump(): Promise<void> {
    if (this.running || !this.deps.online() || !this.deps.store.get().restored) return;
    const next = this.deps.store.get().messages.find((message) => message.state === 'queued');
    if (!next) return;
    this.running = true;
    this.leave = new AbortController();
    this.deps.store.update({ busy: true });
    try {
      await this.deliver(next);
    } finally {
      this.running = false;
      this.deps.store.update({ busy: false, line: this.deps.online() ? 'live' : 'offline' });
    }
    void this.pump();
  }

  private async deliver(visitor: Message): Promise<void> {
    const answer: Message = {
      key: answerKey(visitor.key),
      author: 'assistant',
      text: '',
      at: Date.now(),
      state: 'waiting',
    };
    this.change((messages) =>
      messages.flatMap((one) =>
        one.key === visitor.key ? [{ ...one, state: 'sending' as const }, answer] : [one],
      ),
    );
    try {
      await this.turn(visitor);
    } catch (error) {
      if (isGone(error)) return this.startOver(visitor);
      // The server did not keep the question of an answer that failed: it is asked anew.
      const forgotten = error instanceof ApiError && error.status === 422;
      if (forgotten && visitor.retryOf) return this.askAnew(visitor);
      this.fail(visitor, error);
    }
  }

  private async turn(visitor: Message): Promise<void> {
    const { session, store, tabs, tools } = this.deps;
    const sessionId = await session.ensure();
    const send = {
      key: visitor.key,
      message: visitor.text,
      ...(visitor.retryOf ? { retryOf: visitor.retryOf } : {}),
    };
    await runTurn(tools, {
      sessionId,
      send,
      signal: this.leave.signal,
      onLine: (line) => store.update({ line: this.deps.online() ? line : 'offline' }),
      onEvent: (event) => {
        if (event.type === 'started') tabs.announce('turn', sessionId);
        this.apply(visitor.key, event);
      },
    });
    tabs.announce('settled', sessionId);
  }

  /** The server forgot the session: a new one takes the message, the old text stays readable. */
  private async startOver(visitor: Message): Promise<void> {
    this.deps.session.forget();
    const { retryOf: _gone, messageId: _id, seq: _seq, ...fresh } = visitor;
    const divider: Message = {
      key: newId(),
      author: 'divider',
      text: '',
      at: Date.now(),
      state: 'done',
    };
    this.change((messages) => {
      const earlier = messages.filter((one) => one.key !== answerKey(visitor.key));
      const at = earlier.findIndex((one) => one.key === visitor.key);
      const before = earlier.slice(0, at);
      const again: Message = { ...fresh, key: newId(), state: 'queued' };
      return [...before, ...(before.length ? [divider] : []), again, ...earlier.slice(at + 1)];
    });
  }

  private askAnew(visitor: Message): void {
    const { retryOf: _gone, messageId: _id, seq: _seq, ...fresh } = visitor;
    this.change((messages) =>
      messages
        .filter((one) => one.key !== answerKey(visitor.key))
        .map((one) =>
          one.key === visitor.key ? { ...fresh, key: newId(), state: 'queued' as const } : one,
        ),
    );
  }

  private fail(visitor: Message, error: unknown): void {
    const failure = failureOf(error);
    const key = answerKey(visitor.key);
    const now = this.deps.store.get().messages;
    const answer = now.find((message) => message.key === key);
    if (answer?.text) {
      this.patch(key, { state: 'truncated', failure });
    } else {
      this.change((messages) =>
        patchMessage(
          messages.filter((message) => message.key !== key),
          visitor.key,
          { state: 'failed', failure },
        ),
      );
    }
    const failed = this.deps.store.get().messages.find((one) => one.key === visitor.key);
    if (failed) this.deps.onFailure({ ...failed, failure });
  }

  /** Joins the answer that the server is giving right now, if any. */
  private async follow(): Promise<void> {
    const { session, store, tools } = this.deps;
    const sessionId = session.id;
    if (!sessionId || this.running) return;
    this.running = true;
    this.leave = new AbortController();
    let key = '';
    const onEvent = (event: TurnEvent) => {
      if (event.type === 'started') key = this.join(event.data);
      if (key) this.apply(key, event);
    };
    try {
      await runTurn(tools, {
        sessionId,
        onEvent,
        signal: this.leave.signal,
        onLine: (line) => {
          if (key) store.update({ line: this.deps.online() ? line : 'offline' });
        },
      });
    } catch (error) {
      if (error instanceof ApiError && !isGone(error)) this.deps.outbox.save(store.get().messages);
    } finally {
      this.running = false;
      store.update({ busy: false, line: this.deps.online() ? 'live' : 'offline' });
    }
  }

  /** Makes room for a running answer; returns the key of the visitor message it belongs to. */
  private join(data: Record<string, unknown>): string {
    const user = (data['userMessage'] ?? {}) as Record<string, unknown>;
    const messages = this.deps.store.get().messages;
    const known = messages.find(
      (message) =>
        message.author === 'visitor' &&
        (message.messageId === user['messageId'] || message.seq === user['seq']),
    );
    const visitor: Message = known ?? {
      key: `m:${String(user['messageId'])}`,
      author: 'visitor',
      text: String(user['content'] ?? ''),
      at: Number(user['timestamp']) || Date.now(),
      state: 'sent',
    };
    const answer: Message = {
      key: answerKey(visitor.key),
      author: 'assistant',
      text: '',
      at: Date.now(),
      state: 'waiting',
    };
    this.deps.store.update({ busy: true });
    this.change((list) => {
      const others = list.filter(
        (one) =>
          one.key !== answer.key &&
          !(one.author === 'assistant' && one.messageId === data['messageId']),
      );
      const at = others.findIndex((one) => one.key === visitor.key);
      if (at < 0) return [...others, visitor, answer];
      return [...others.slice(0, at + 1), answer, ...others.slice(at + 1)];
    });
    return visitor.key;
  }

  private apply(key: string, event: TurnEvent): void {
    this.change((messages) => applyTurnEvent(messages, key, event));
    if (event.type !== 'done' && event.type !== 'error') return;
    const answer = this.deps.store.get().messages.find((one) => one.key === answerKey(key));
    if (!answer) return;
    if (event.type === 'done') this.deps.onAnswer(answer);
    else this.deps.onFailure(answer);
  }

  private async hear(news: TabNews, sessionId: string): Promise<void> {
    const { session, api } = this.deps;
    if (this.running || sessionId !== session.id) return;
    if (news === 'cleared') return this.change(filesOf);
    if (news === 'turn') await this.follow();
    try {
      const view = await api.session(sessionId);
      if (!this.running) this.adopt(view.messages.map(fromStored));
    } catch {
      // The other tab shows the conversation; this one catches up with its next send.
    }
    void this.pump();
  }

  /** Takes the server's list, keeping what only this tab knows (files, messages that it has not). */
  private adopt(stored: Message[]): void {
    this.change((messages) => {
      const known = new Map(messages.map((message) => [message.messageId, message]));
      const merged = stored.map((message) => known.get(message.messageId) ?? message);
      const ids = new Set(stored.map((message) => message.messageId));
      const own = [
        ...messages.filter((message) => message.author === 'file' || message.author === 'divider'),
        ...unkept(messages).filter((message) => !message.messageId || !ids.has(message.messageId)),
      ];
      return [...merged, ...own].sort((one, other) => one.at - other.at);
    });
  }

  private markUnanswered(): void {
    const last = this.deps.store
      .get()
      .messages.filter((one) => one.author !== 'file')
      .pop();
    if (last?.author === 'visitor' && last.state === 'sent') {
      this.patch(last.key, { state: 'unanswered' });
    }
  }

  private patch(key: string, patch: Partial<Message>): void {
    this.change((messages) => patchMessage(messages, key, patch));
  }

  private change(change: (messages: readonly Message[]) => readonly Message[]): void {
    this.deps.store.update((state) => ({ messages: change(state.messages) }));
    this.deps.outbox.save(this.deps.store.get().messages);
  }
}
