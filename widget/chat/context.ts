// What every view may use: the state's owner, the actions and the visitor's language.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from '../shared/api';
import type { PanelTranslator } from '../shared/i18n';
import type { LinkSources } from './markdown/links';
import type { ConversationLater } from './model/conversation-later';
import type { State } from './model/state';
import type { Files } from './model/files';
import type { Later } from './model/later';

export interface Preferences {
  setTheme(theme: State['theme']): void;
  setLanguage(lang: string): void;
  setSound(on: boolean): void;
  setProvider(name: string): void;
}

export interface App {
  i18n: PanelTranslator;
  api: Api;
  /** Of the conversation that is shown; null before the first message. */
  sessionId(): string | null;
  conversation: ConversationLater;
  files: Later<Files>;
  preferences: Preferences;
  draft: { load(): string; save(text: string): void };
  /** `fileShown`: the file that the list of files opens with. */
  show(view: State['view'], fileShown?: string): void;
  close(): void;
  maximise(): void;
  restart(): void;
  linkSources(): LinkSources;
  announce(text: string): void;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no app');
  return app;
}
