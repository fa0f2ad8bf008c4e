// What the tabs of one visitor tell each other, by BroadcastChannel (same origin, same partition):
// a tab without the visitor's token asks for it, and changes of the conversation are announced.

export type TabNews = 'turn' | 'settled' | 'cleared' | 'file';

interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/**
 * How long siblings have to hand over a token. Only a tab that has none waits so long, and what is
 * written meanwhile is sent afterwards; but giving up on a busy sibling loses the conversation.
 */
const askMs = 2000;

export class Tabs {
  onNews: (news: TabNews, sessionId: string) => void = () => {};
  onFiles: (sessionId: string) => void = () => {};
  onTokenAsked: (sessionId: string) => string | null = () => null;
  private readonly waiting = new Map<string, (token: string | null) => void>();

  constructor(private readonly channel: Channel | null) {
    channel?.addEventListener('message', (event) => this.receive(event.data));
  }

  announce(news: TabNews, sessionId: string): void {
    this.channel?.postMessage({ kind: 'news', news, sessionId });
  }

  askToken(sessionId: string): Promise<string | null> {
    const { channel } = this;
    if (!channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      const finish = (token: string | null) => {
        this.waiting.delete(sessionId);
        resolve(token);
      };
      this.waiting.set(sessionId, finish);
      setTimeout(finish, askMs, null);
      channel.postMessage({ kind: 'ask', sessionId });
    });
  }

  private receive(data: {
    kind?: string;
    news?: TabNews;
    sessionId?: string;
    token?: string;
  }): void {
    const { kind, sessionId } = data ?? {};
    if (typeof sessionId !== 'string') return;
    if (kind === 'news' && data.news === 'file') this.onFiles(sessionId);
    else if (kind === 'news' && data.news) this.onNews(data.news, sessionId);
    if (kind === 'ask') {
      const token = this.onTokenAsked(sessionId);
      if (token) this.channel?.postMessage({ kind: 'token', sessionId, token });
    }
    if (kind === 'token' && typeof data.token === 'string') {
      this.waiting.get(sessionId)?.(data.token);
    }
  }
}

export function openTabs(scope: string): Tabs {
  const usable = typeof BroadcastChannel === 'function';
  return new Tabs(usable ? new BroadcastChannel(`parley:${scope}`) : null);
}
