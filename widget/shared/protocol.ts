// The words that cross the border between a host page and the panel.
//
// Two doors lead into the panel. A plain <iframe> speaks by window.postMessage with `type` and
// `data` (FrameCommand in, FrameNotice out). Our loader hands over a MessagePort once and then
// speaks only through it (LoaderCommand in, PanelNotice out). Both doors check the sender's window
// and origin before any of these types is looked at.

/** Session settings a site may pass; unknown keys travel to the server untouched. */
export interface WidgetConfig {
  botName?: string;
  poweredBy?: string;
  botColor?: string;
  botMsgBgColor?: string;
  botIcon?: string | null;
  aiProvider?: string;
  model?: string;
  maxTokens?: number;
  customInstructions?: string;
  pageContext?: Record<string, unknown>;
  pageData?: Record<string, unknown>;
  jsonData?: unknown;
  [key: string]: unknown;
}

/** How the panel presents itself; never sent to the server. */
export interface PanelOptions {
  lang?: string;
  theme?: 'light' | 'dark' | 'auto';
  welcomeMessage?: string;
  starterQuestions?: string[];
  teaser?: string;
  linkHosts?: string[];
}

export interface PageContext {
  url?: string;
  title?: string;
  content?: string;
  data?: unknown;
}

export type LoaderCommand =
  | { type: 'opened' }
  | { type: 'closed' }
  | { type: 'send'; text: string }
  | { type: 'context'; context: PageContext }
  | { type: 'user'; token: string }
  | { type: 'teaser-dismissed' };

export type PanelNotice =
  | { type: 'ready'; sessionId: string | null }
  | { type: 'session'; sessionId: string }
  | { type: 'close' }
  | { type: 'unread'; count: number }
  | { type: 'message'; message: string; sessionId: string; provider: string }
  | { type: 'error'; message: string }
  | {
      type: 'appearance';
      color: string;
      ink: string;
      name: string;
      teaser: string;
      /** Open chat, close chat, dismiss: in the visitor's language. */
      labels: string[];
    };

/** First word of the panel to its parent; the loader answers it with Connect and a port. */
export const helloType = 'parley:hello';
export const connectType = 'parley:connect';

export interface Connect {
  type: typeof connectType;
  config: WidgetConfig;
  options: PanelOptions;
  open: boolean;
}

export const frameCommandTypes = [
  'configure',
  'page_data',
  'send_message',
  'clear_chat',
  'minimize',
  'maximize',
] as const;
export type FrameCommandType = (typeof frameCommandTypes)[number];

/** Longest text a page may put into the conversation, in UTF-16 units. */
export const hostTextMax = 12_000;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
