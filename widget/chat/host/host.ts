// What the panel does for its host page, and what it tells it.

import type { PageContext, WidgetConfig } from '../../shared/protocol';
import { needsIdentity } from '../model/failure';
import type { Message } from '../model/state';
import { pickLanguage } from '../../shared/i18n';
import type { Look } from '../presentation';
import { safeOptions, splitConfig } from '../settings';
import type { Parts } from '../start';
import { Bridge, type HostActions } from './bridge';

export class Host implements HostActions {
  private readonly bridge: Bridge;
  private look: Look | null = null;
  private isReady = false;
  private labels: string[] = ['Open chat', 'Close chat', 'Dismiss'];

  constructor(private readonly parts: Parts) {
    this.bridge = new Bridge(parts.win, parts.origin, this);
    let unread = 0;
    parts.store.subscribe((state) => {
      if (state.unread === unread) return;
      unread = state.unread;
      this.bridge.notifyLoader({ type: 'unread', count: unread });
    });
    parts.win.document.addEventListener('visibilitychange', () => this.seen());
    parts.win.addEventListener('focus', () => this.seen());
  }

  start(byLoader: boolean): void {
    this.bridge.start(byLoader);
    const { claudeWidget } = this.parts.win as unknown as { claudeWidget?: unknown };
    if (claudeWidget) return;
    Object.assign(this.parts.win, {
      claudeWidget: {
        sendMessage: (text: string) => this.send(String(text)),
        clearChat: () => this.clear(),
        minimize: () => this.minimise(),
        maximize: () => this.setMinimised(false),
        updateConfig: (config: WidgetConfig) => this.configure(config),
      },
    });
  }

  /**
   * The start is over. A plain iframe gets its session at once, as documented. Throws ApiError or
   * TypeError when it cannot be had.
   */
  async ready(): Promise<void> {
    const { store, session } = this.parts;
    if (store.get().embedding === 'frame' && !session.id) {
      await session.ensure().catch((error: unknown) => {
        // Who is not known yet may still sign in: the first message says so.
        if (!needsIdentity(error)) throw error;
      });
    }
    this.isReady = true;
    this.bridge.notifyLoader({ type: 'ready', sessionId: session.id });
    this.bridge.notifyFrame('widget_ready', { sessionId: session.id });
  }

  sessionCreated(sessionId: string): void {
    this.bridge.notifyLoader({ type: 'session', sessionId });
    this.bridge.notifyFrame('session_created', { sessionId });
  }

  answered(message: Message): void {
    const { store, session } = this.parts;
    const data = {
      message: message.text,
      sessionId: session.id ?? '',
      provider: message.provider ?? '',
    };
    this.bridge.notifyLoader({ type: 'message', ...data });
    this.bridge.notifyFrame('message_received', data);
    if (this.watching()) return;
    store.update((state) => ({ unread: state.unread + 1 }));
    if (store.get().sound) {
      void import('../model/sound').then(
        (module) => module.playTone(),
        () => {},
      );
    }
  }

  failed(message: Message): void {
    this.bridge.notifyLoader({ type: 'error', message: message.failure?.kind ?? 'generic' });
  }

  appearance(look: Look): void {
    this.look = look;
    this.tellLook();
  }

  /** Words for the launcher, in the language the panel now speaks. */
  speak(labels: string[]): void {
    this.labels = labels;
    this.tellLook();
  }

  /** The visitor closes the panel. */
  minimise(): void {
    const { store } = this.parts;
    if (store.get().embedding === 'page') return;
    if (store.get().embedding === 'loader') this.bridge.notifyLoader({ type: 'close' });
    else this.setMinimised(true);
  }

  setMinimised(minimised: boolean): void {
    const { store } = this.parts;
    const before = store.get();
    if (before.embedding === 'page') return;
    store.update(minimised ? { minimised, view: 'chat' } : { minimised, unread: 0 });
    if (before.minimised !== minimised)
      this.bridge.notifyFrame('widget_minimized', { minimized: minimised });
  }

  configure(all: WidgetConfig): void {
    const { store, session, api } = this.parts;
    const { config, options } = splitConfig(all);
    if (typeof all['identity'] === 'string') this.user(all['identity']);
    store.update((state) => ({ config: { ...state.config, ...config } }));
    this.options(options);
    if (session.id && this.isReady && Object.keys(config).length > 0) {
      void api.updateConfig(session.id, config).catch(() => {});
    }
  }

  options(raw: object): void {
    const { store, local, session } = this.parts;
    const options = safeOptions(raw as Record<string, unknown>);
    store.update((state) => ({ options: { ...state.options, ...options } }));
    if (options.theme && local.get(session.key('theme')) === null)
      store.update({ theme: options.theme });
    if (options.lang) this.onLanguageWish(pickLanguage([options.lang]));
  }

  /** Set by the presentation: the site asks for another language. */
  onLanguageWish: (lang: string) => void = () => {};

  context(context: PageContext): void {
    const text = (value: unknown, max: number) =>
      typeof value === 'string' ? { value: value.slice(0, max) } : null;
    const entries = (
      [
        ['url', 2000],
        ['title', 500],
        ['content', 50_000],
      ] as const
    ).flatMap(([key, max]) => {
      const found = text(context[key], max);
      return found ? [[key, found.value] as const] : [];
    });
    const before = this.parts.store.get().config.pageContext ?? {};
    const pageContext = { ...before, ...Object.fromEntries(entries) };
    const changed = JSON.stringify(before) !== JSON.stringify(pageContext);
    const config: WidgetConfig = changed ? { pageContext } : {};
    if (context.data !== undefined) config.jsonData = context.data;
    if (Object.keys(config).length > 0) this.configure(config);
  }

  user(token: string): void {
    this.parts.session.setUser(token);
  }

  send(text: string): void {
    this.parts.conversation.send(text);
  }

  clear(): void {
    this.parts.conversation.clear();
  }

  connected(open: boolean): void {
    this.setMinimised(!open);
    this.tellLook();
    const { session } = this.parts;
    if (this.isReady) this.bridge.notifyLoader({ type: 'ready', sessionId: session.id });
  }

  teaserDismissed(): void {
    this.parts.local.set(this.parts.session.key('teaser'), 'dismissed');
  }

  private tellLook(): void {
    if (!this.look) return;
    const { local, session, store } = this.parts;
    const dismissed = local.get(session.key('teaser')) !== null;
    const teaser = dismissed ? '' : (store.get().options.teaser ?? '');
    this.bridge.notifyLoader({ type: 'appearance', ...this.look, teaser, labels: this.labels });
  }

  private watching(): boolean {
    return !this.parts.store.get().minimised && !this.parts.win.document.hidden;
  }

  private seen(): void {
    if (this.watching() && this.parts.store.get().unread) this.parts.store.update({ unread: 0 });
  }
}
