// The panel's side of the border to the host page (words: shared/protocol.ts).
//
// A window message counts only if it comes from the parent window and from the exact origin that
// embeds us; everything else is dropped without an effect or an exception. After the loader handed
// over a port, window messages are not listened to any more.

import {
  connectType,
  frameCommandTypes,
  helloType,
  hostTextMax,
  isRecord,
  type FrameCommandType,
  type LoaderCommand,
  type PageContext,
  type PanelNotice,
  type PanelOptions,
  type WidgetConfig,
} from '../../shared/protocol';

export interface HostActions {
  configure(config: WidgetConfig): void;
  options(options: PanelOptions): void;
  context(context: PageContext): void;
  user(token: string): void;
  send(text: string): void;
  clear(): void;
  setMinimised(minimised: boolean): void;
  connected(open: boolean): void;
  teaserDismissed(): void;
}

export class Bridge {
  private port: MessagePort | null = null;
  private readonly listener = (event: MessageEvent) => this.receive(event);

  constructor(
    private readonly win: Window,
    private readonly origin: string | null,
    private readonly actions: HostActions,
  ) {}

  /** Starts listening; `byLoader` also asks the loader for its port. */
  start(byLoader: boolean): void {
    if (!this.origin) return;
    this.win.addEventListener('message', this.listener);
    if (byLoader) this.win.parent.postMessage({ type: helloType }, this.origin);
  }

  /** A notice of document 004 to a page that embeds a plain iframe. */
  notifyFrame(type: string, data: Record<string, unknown>): void {
    if (this.port || !this.origin) return;
    this.win.parent.postMessage({ type, data }, this.origin);
  }

  notifyLoader(notice: PanelNotice): void {
    this.port?.postMessage(notice);
  }

  private receive(event: MessageEvent): void {
    if (event.source !== this.win.parent || event.origin !== this.origin) return;
    const message: unknown = event.data;
    if (!isRecord(message)) return;
    const { type } = message;
    if (type === connectType && event.ports[0]) return this.connect(event.ports[0], message);
    const known = frameCommandTypes.find((name) => name === type);
    if (known) this.frameCommand(known, isRecord(message['data']) ? message['data'] : {});
  }

  private connect(port: MessagePort, message: Record<string, unknown>): void {
    this.win.removeEventListener('message', this.listener);
    this.port = port;
    port.onmessage = (event) => {
      if (isRecord(event.data)) this.loaderCommand(event.data as LoaderCommand);
    };
    if (isRecord(message['options'])) this.actions.options(message['options']);
    if (isRecord(message['config'])) this.actions.configure(message['config']);
    this.actions.connected(message['open'] === true);
  }

  private frameCommand(type: FrameCommandType, data: Record<string, unknown>): void {
    const { actions } = this;
    switch (type) {
      case 'configure':
        return actions.configure(data);
      case 'page_data':
        if (isRecord(data['pageInfo'])) actions.configure({ pageData: data['pageInfo'] });
        return;
      case 'send_message':
        return sendText(actions, data['message']);
      case 'clear_chat':
        return actions.clear();
      case 'minimize':
        return actions.setMinimised(true);
      case 'maximize':
        return actions.setMinimised(false);
    }
  }

  private loaderCommand(command: LoaderCommand): void {
    const { actions } = this;
    switch (command.type) {
      case 'opened':
        return actions.setMinimised(false);
      case 'closed':
        return actions.setMinimised(true);
      case 'send':
        return sendText(actions, command.text);
      case 'context':
        return isRecord(command.context) ? actions.context(command.context) : undefined;
      case 'user':
        return typeof command.token === 'string' ? actions.user(command.token) : undefined;
      case 'teaser-dismissed':
        return actions.teaserDismissed();
    }
  }
}

function sendText(actions: HostActions, text: unknown): void {
  if (typeof text === 'string' && text.trim()) actions.send(text.slice(0, hostTextMax));
}
