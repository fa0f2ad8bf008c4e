// The visitor's session: found again after a reload, created when first needed, replaced silently
// when the server no longer knows it.
//
// The id lives in localStorage (one per host page origin and widget instance); the token that
// authorises it only in sessionStorage and in the memory of sibling tabs (shared/storage.ts says
// what takes their place where a browser refuses both). The site may say who the visitor is; then
// another person on the same browser never gets the former one's session.

import { type Api, ApiError, type SessionView } from '../../shared/api';
import type { Box } from '../../shared/storage';
import type { State } from './state';
import type { Store } from './store';
import type { Tabs } from './tabs';

export interface SessionDeps {
  api: Api;
  store: Store<State>;
  local: Box;
  perTab: Box;
  tabs: Tabs;
  /** Distinguishes the host pages and instances that share this origin's storage. */
  scope: string;
  onCreated(sessionId: string): void;
}

export class Session {
  private token: string | null;
  private identity: string | null = null;
  private creating: Promise<string> | null = null;

  constructor(private readonly deps: SessionDeps) {
    this.token = deps.perTab.get(this.key('token'));
    deps.tabs.onTokenAsked = (id) => (id === this.id ? this.token : null);
  }

  get id(): string | null {
    return this.deps.store.get().sessionId;
  }

  currentToken(): string | null {
    return this.token;
  }

  /** Who the visitor is, as the site signed it; empty: nobody any more. */
  setUser(identity: string): void {
    const { local, perTab, store } = this.deps;
    const person = subjectOf(identity);
    const former = local.get(this.key('person')) ?? '';
    this.identity = identity || null;
    if (person === former) return;
    if (person) local.set(this.key('person'), person);
    else local.remove(this.key('person'));
    // Whoever signs in before anything was sent goes on with what they wrote.
    const isSame = former === '' && !this.id && !local.get(this.key('session'));
    this.forget();
    if (isSame) return;
    for (const name of ['outbox', 'draft']) perTab.remove(this.key(name));
    store.update({ messages: [], unread: 0 });
  }

  /** The stored session with its messages, or null when there is none any more. */
  async restore(): Promise<SessionView | null> {
    const id = this.stored();
    if (!id) return null;
    this.deps.store.update({ sessionId: id });
    if (!this.token) this.keepToken(await this.deps.tabs.askToken(id));
    try {
      const view = await this.deps.api.session(id);
      return this.id === id ? view : null;
    } catch (error) {
      if (!isGone(error)) throw error;
      this.forget();
      return null;
    }
  }

  /** The session id, creating a session first if there is none. */
  ensure(): Promise<string> {
    if (this.id) return Promise.resolve(this.id);
    this.creating ??= this.create().finally(() => {
      this.creating = null;
    });
    return this.creating;
  }

  forget(): void {
    this.token = null;
    this.deps.local.remove(this.key('session'));
    this.deps.perTab.remove(this.key('token'));
    this.deps.store.update({ sessionId: null, files: [] });
  }

  key(name: string): string {
    return `parley:${this.deps.scope}:${name}`;
  }

  /** The id that an earlier page left; forget() removes it. */
  private stored(): string | null {
    const id = this.deps.local.get(this.key('session'));
    return id && /^[0-9a-f-]{36}$/.test(id) ? id : null;
  }

  private async create(): Promise<string> {
    const { api, store, local, onCreated } = this.deps;
    // Before a start that failed is made up for: the conversation is not to be lost over it.
    const kept = this.stored();
    if (kept) {
      store.update({ sessionId: kept });
      return kept;
    }
    const made = await api.createSession(store.get().config, this.identity);
    this.keepToken(made.visitorToken);
    local.set(this.key('session'), made.sessionId);
    store.update({ sessionId: made.sessionId });
    onCreated(made.sessionId);
    return made.sessionId;
  }

  private keepToken(token: string | null): void {
    this.token = token;
    if (token) this.deps.perTab.set(this.key('token'), token);
  }
}

/** The `sub` of a token: only to tell persons apart; whether it is true the server finds out. */
function subjectOf(token: string): string {
  try {
    const [, payload = ''] = token.split('.');
    return String(JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))).sub);
  } catch {
    return '';
  }
}

/** True when the server does not know the session, or not as ours: it has to be replaced. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 404 || (error.status === 401 && /visitor token/i.test(error.message)))
  );
}
