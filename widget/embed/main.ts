// Entry of the loader, chatbot.js: one widget per script tag, found by its id.
//
// Globals: `Parley` (the API of the first widget, with get(id) for the others), its documented
// names `ClaudeChatWidget` and `claudeWidget`, and the page's own `ChatbotConfig`, which is only
// read.

import { readSettings } from './settings';
import { Widget, type EventName } from './widget';

const methods = [
  'open',
  'close',
  'toggle',
  'send',
  'setContext',
  'setUser',
  'on',
  'off',
  'destroy',
] as const;

interface PageApi {
  open(): void;
  close(): void;
  toggle(): void;
  send(text: string): void;
  setContext(context: object): void;
  setUser(user: { token: string }): void;
  on(name: EventName, listener: (data?: unknown) => void): void;
  off(name: EventName, listener: (data?: unknown) => void): void;
  destroy(): void;
  get(id: string): PageApi | undefined;
}

interface Page extends Window {
  ChatbotConfig?: unknown;
  Parley?: PageApi & { all?: Map<string, PageApi> };
  ClaudeChatWidget?: PageApi;
  claudeWidget?: PageApi;
}

const page = window as Page;

function forget(all: Map<string, PageApi>, id: string): void {
  all.delete(id);
  const next = [...all.values()][0];
  if (next) return name(next, all);
  delete page.Parley;
  delete page.ClaudeChatWidget;
  delete page.claudeWidget;
}

function name(api: PageApi, all: Map<string, PageApi>): void {
  Object.defineProperty(api, 'all', { value: all, configurable: true });
  page.Parley = page.ClaudeChatWidget = page.claudeWidget = api;
}

function start(script: HTMLScriptElement): void {
  const settings = readSettings(script, page.ChatbotConfig, document);
  const all = page.Parley?.all ?? new Map<string, PageApi>();
  if (all.has(settings.id)) return;
  const widget = new Widget(settings, () => forget(all, settings.id));
  const bound = methods.map((method) => [method, widget[method].bind(widget)] as const);
  const api: PageApi = {
    ...Object.fromEntries(bound),
    get: (id: string) => all.get(id),
  } as PageApi;
  all.set(settings.id, api);
  if (!page.Parley) name(api, all);
}

const script =
  document.currentScript ?? [...document.scripts].find((one) => /\/chatbot\.js/.test(one.src));
if (script instanceof HTMLScriptElement) {
  if (document.body) start(script);
  else addEventListener('DOMContentLoaded', () => start(script), { once: true });
}
