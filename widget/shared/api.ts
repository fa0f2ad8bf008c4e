// Client of the server's HTTP API, as the panel uses it. One method per call; failures are thrown
// as ApiError (the server answered) or TypeError (it could not be reached).

import { isRecord, type WidgetConfig } from './protocol';

export type { FileInfo } from './dataset';

export interface Provider {
  name: string;
  label: string;
  model: string;
  demo: boolean;
}

export interface BotConfig {
  botName: string;
  poweredBy: string;
  botColor: string;
  botIcon: string | null;
  botMsgBgColor: string;
  providers: Provider[];
  defaultProvider: string;
  uploadMaxBytes: number;
  messageMaxCharacters: number;
  starterQuestions: string[];
  greeting: string;
  linkHosts: string[];
}

export interface StoredMessage {
  role: 'user' | 'assistant';
  content: string;
  timestamp: number;
  messageId?: string;
  seq?: number;
  finish?: string;
  /** Of a data answer; each with at most 20 rows. */
  receipts?: unknown;
}

export interface SessionView {
  sessionId: string;
  messages: StoredMessage[];
  config: WidgetConfig;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: string,
    readonly requestId: string,
    readonly retryAfterMs: number | null,
    readonly code = '',
    /** The server's words to the visitor. */
    readonly said = '',
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface ApiOptions {
  base: string;
  fetch: typeof fetch;
  /** The visitor's token, or null while none is known. */
  token: () => string | null;
}

/** Turns an answer that is not ok into the error it describes. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  return errorFrom(
    response.status,
    body,
    response.headers.get('x-request-id') ?? '',
    response.headers.get('retry-after'),
  );
}

export function errorFrom(
  status: number,
  body: unknown,
  requestId: string,
  retryAfter: string | null,
): ApiError {
  const fields = isRecord(body) ? body : {};
  const text = (key: string) => (typeof fields[key] === 'string' ? (fields[key] as string) : '');
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter !== null && seconds >= 0 ? seconds * 1000 : null;
  const message = text('error') || text('detail') || `HTTP ${status}`;
  const id = requestId || text('requestId');
  return new ApiError(status, message, text('details'), id, retryAfterMs, text('code'), text('message'));
}

const botDefaults: BotConfig = {
  botName: 'Assistant',
  poweredBy: '',
  botColor: '#667eea',
  botIcon: null,
  botMsgBgColor: '#667eea',
  providers: [],
  defaultProvider: '',
  uploadMaxBytes: 10_485_760,
  messageMaxCharacters: 1000,
  starterQuestions: [],
  greeting: '',
  linkHosts: [],
};

export class Api {
  constructor(readonly options: ApiOptions) {}

  url(path: string): string {
    return this.options.base + path;
  }

  headers(extra: Record<string, string> = {}): Record<string, string> {
    const token = this.options.token();
    return token ? { ...extra, Authorization: `Bearer ${token}` } : extra;
  }

  async botConfig(): Promise<BotConfig> {
    const body = await this.call('GET', '/api/sessions/bot-config');
    const known = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
    return { ...botDefaults, ...Object.fromEntries(known) } as BotConfig;
  }

  async createSession(
    config: WidgetConfig,
    identity: string | null,
  ): Promise<{ sessionId: string; visitorToken: string | null; config: WidgetConfig }> {
    const body = await this.call(
      'POST',
      '/api/sessions/create',
      identity ? { config, identity } : { config },
    );
    return {
      sessionId: String(body['sessionId']),
      visitorToken: typeof body['visitorToken'] === 'string' ? body['visitorToken'] : null,
      config: isRecord(body['config']) ? body['config'] : {},
    };
  }

  async session(id: string): Promise<SessionView> {
    const body = await this.call('GET', `/api/sessions/${id}`);
    return body as unknown as SessionView;
  }

  async updateConfig(id: string, config: WidgetConfig): Promise<void> {
    await this.call('PUT', `/api/sessions/${id}/config`, { config });
  }

  async clearHistory(id: string): Promise<void> {
    await this.call('DELETE', `/api/chat/history/${id}`);
  }

  async stop(id: string): Promise<void> {
    await this.call('POST', `/api/chat/stop/${id}`);
  }

  /** Any other call; the modules that are loaded later bring their own. */
  async call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const response = await this.options.fetch(this.url(path), {
      method,
      headers: this.headers({ Accept: 'application/json', ...json }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      credentials: 'omit',
    });
    if (!response.ok) throw await errorOf(response);
    const answer: unknown = await response.json();
    return isRecord(answer) ? answer : {};
  }
}
