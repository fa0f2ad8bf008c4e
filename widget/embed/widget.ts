// One widget on a page: its launcher, its frame, and the conversation between page and panel.
//
// The frame is loaded when the page is idle. Nothing is taken from a message unless it comes from
// our own frame's window and from the exact origin of the server; after that handshake both sides
// use a private MessagePort_.

import {
  connectType,
  helloType,
  type Connect,
  type LoaderCommand,
  type PageContext,
  type PanelNotice,
} from '../shared/protocol';
import { Launcher } from './launcher';
import type { EmbedSettings } from './settings';

export type EventName = 'ready' | 'open' | 'close' | 'message' | 'unread' | 'error';
type Listener = (data?: unknown) => void;

export class Widget {
  private readonly launcher_: Launcher;
  private readonly origin_: string;
  private readonly listeners_ = new Map<EventName, Set<Listener>>();
  private readonly waiting_: LoaderCommand[] = [];
  private readonly keeper_: MutationObserver;
  private readonly cleanup_ = new AbortController();
  private port_: MessagePort | null = null;
  private isOpen_ = false;
  private loaded_ = false;
  private titleMark_ = '';

  constructor(
    private readonly settings_: EmbedSettings,
    private readonly onDestroy_: () => void,
  ) {
    this.origin_ = new URL(settings_.base, location.href).origin;
    this.launcher_ = new Launcher(settings_);
    this.launcher_.onToggle = () => this.toggle();
    this.launcher_.onTeaserDismissed = () => this.tell_({ type: 'teaser-dismissed' });
    const { signal } = this.cleanup_;
    addEventListener('message', (event) => this.hear_(event), { signal });
    document.addEventListener('visibilitychange', () => this.markTitle_(0), { signal });
    const fit = () => this.launcher_.fit(window.visualViewport, this.isOpen_);
    for (const name of ['resize', 'scroll'])
      window.visualViewport?.addEventListener(name, fit, { signal });
    // Pages that swap their body (single-page routers) must not lose the widget.
    this.keeper_ = new MutationObserver(() => this.attach_());
    this.attach_();
    if (settings_.openOnLoad) this.open();
    else (window.requestIdleCallback ?? setTimeout)(() => this.load_());
  }

  open(): void {
    if (this.isOpen_) return;
    this.isOpen_ = true;
    this.load_();
    this.launcher_.setOpen(true);
    this.launcher_.fit(window.visualViewport, true);
    this.focus_();
    this.tell_({
      type: 'context',
      context: { url: location.origin + location.pathname, title: document.title },
    });
    this.tell_({ type: 'opened' });
    this.emit_('open');
  }

  close(): void {
    if (!this.isOpen_) return;
    this.isOpen_ = false;
    this.launcher_.setOpen(false);
    this.launcher_.fit(null, false);
    this.launcher_.focusButton();
    this.tell_({ type: 'closed' });
    this.emit_('close');
  }

  toggle(): void {
    if (this.isOpen_) this.close();
    else this.open();
  }

  send(text: string): void {
    this.load_();
    this.tell_({ type: 'send', text: String(text) });
  }

  setContext(context: PageContext): void {
    this.tell_({ type: 'context', context });
  }

  setUser(user: { token: string }): void {
    this.tell_({ type: 'user', token: String(user.token) });
  }

  on(name: EventName, listener: Listener): void {
    const set = this.listeners_.get(name) ?? new Set();
    this.listeners_.set(name, set.add(listener));
  }

  off(name: EventName, listener: Listener): void {
    this.listeners_.get(name)?.delete(listener);
  }

  destroy(): void {
    this.keeper_.disconnect();
    this.cleanup_.abort();
    this.setTitleMark_('');
    this.port_?.close();
    this.launcher_.host.remove();
    this.listeners_.clear();
    this.onDestroy_();
  }

  private attach_(): void {
    const { host } = this.launcher_;
    if (!host.isConnected) {
      // A moved frame loads anew; its panel brings the conversation back.
      this.port_ = null;
      document.body.append(host);
    }
    this.keeper_.disconnect();
    this.keeper_.observe(document.documentElement, { childList: true });
    this.keeper_.observe(document.body, { childList: true });
  }

  private load_(): void {
    if (this.loaded_) return;
    this.loaded_ = true;
    const { frame } = this.launcher_;
    const { base, config, options, id } = this.settings_;
    const { botName, botColor } = config;
    const first = { botName, botColor, lang: options.lang, theme: options.theme };
    const query = new URLSearchParams({ embed: 'loader', id, config: JSON.stringify(first) });
    // On our own origin a sandbox would be no border (the frame could lift it), so none is claimed.
    if (this.origin_ !== location.origin) {
      frame.setAttribute(
        'sandbox',
        'allow-scripts allow-same-origin allow-forms allow-popups ' +
          'allow-popups-to-escape-sandbox allow-downloads',
      );
    }
    frame.allow = 'clipboard-write';
    frame.referrerPolicy = 'strict-origin';
    frame.src = `${base}/static/widget/chatbot.html?${query}`;
  }

  private hear_(event: MessageEvent): void {
    const { contentWindow } = this.launcher_.frame;
    if (!contentWindow || event.source !== contentWindow || event.origin !== this.origin_) return;
    if ((event.data as { type?: unknown } | null)?.type !== helloType) return;
    this.port_?.close();
    const channel = new MessageChannel();
    this.port_ = channel.port1;
    this.port_.onmessage = (message) => this.notice_(message.data as PanelNotice);
    const { config, options } = this.settings_;
    const connect: Connect = { type: connectType, config, options, open: this.isOpen_ };
    contentWindow.postMessage(connect, this.origin_, [channel.port2]);
    for (const command of this.waiting_.splice(0)) this.tell_(command);
    this.focus_();
  }

  /**
   * Not before the panel's page is there: Chromium loses track of a frame that is focused while it
   * moves to another process, and keys then reach nobody.
   */
  private focus_(): void {
    if (this.isOpen_ && this.port_) this.launcher_.frame.focus({ preventScroll: true });
  }

  private tell_(command: LoaderCommand): void {
    if (this.port_) this.port_.postMessage(command);
    else this.waiting_.push(command);
  }

  private notice_(notice: PanelNotice): void {
    const launcher = this.launcher_;
    const { type, ...data } = notice;
    if (type === 'close') this.close();
    if (notice.type === 'unread') {
      launcher.setUnread(notice.count);
      this.markTitle_(notice.count);
    }
    if (notice.type === 'appearance') {
      launcher.colour(notice.color, notice.ink);
      launcher.setLabels(notice.labels, notice.name);
      launcher.showTeaser(notice.teaser);
    }
    if (type === 'ready' || type === 'message' || type === 'unread' || type === 'error') {
      this.emit_(type, data);
    }
  }

  /** Shows the count in the title while the page is in a hidden tab. */
  private markTitle_(count: number): void {
    this.setTitleMark_(document.hidden && count ? `(${count}) ` : '');
  }

  private setTitleMark_(mark: string): void {
    if (this.titleMark_ && document.title.startsWith(this.titleMark_)) {
      document.title = document.title.slice(this.titleMark_.length);
    }
    if (mark) document.title = mark + document.title;
    this.titleMark_ = mark;
  }

  private emit_(name: EventName, data?: unknown): void {
    for (const listener of [...(this.listeners_.get(name) ?? [])]) {
      // In a task of its own: a listener's fault is the page's and must not stop the widget.
      queueMicrotask(() => listener(data));
    }
  }
}
