// Builds the panel: the one place that knows every part of it.

import { render } from 'preact';
import { Api, ApiError } from '../shared/api';
import { loadTranslator, pickLanguage, type PanelTranslator } from '../shared/i18n';
import { cookiePlace, openBox, type Box } from '../shared/storage';
import { translateExtras } from './components/extras/lazy';
import { endText } from './components/message/notes';
import { Panel } from './components/panel/panel';
import type { App } from './context';
import { Host } from './host/host';
import { hostOrigin } from './host/origin';
import type { Announcer } from './model/announcer';
import { ConversationLater } from './model/conversation-later';
import type { Files } from './model/files';
import { Later } from './model/later';
import { Session } from './model/session';
import type { Message, MessageState, State } from './model/state';
import { Store } from './model/store';
import { openTabs } from './model/tabs';
import { Presentation } from './presentation';
import { readSettings, type Settings } from './settings';

/** How long a cookie remembers a session id or a choice: 30 days. */
const rememberSeconds = 2_592_000;

/** Everything that lives as long as the panel. */
export interface Parts {
  win: Window;
  origin: string | null;
  settings: Settings;
  local: Box;
  perTab: Box;
  api: Api;
  store: Store<State>;
  session: Session;
  conversation: ConversationLater;
  files: Later<Files>;
}

function firstState(settings: Settings): State {
  return {
    embedding: settings.embedding,
    minimised: settings.embedding !== 'page',
    view: 'chat',
    bot: null,
    config: settings.config,
    options: settings.options,
    sessionId: null,
    restored: false,
    messages: [],
    line: navigator.onLine ? 'live' : 'offline',
    busy: false,
    files: [],
    filesMax: null,
    uploads: [],
    fileShown: null,
    unread: 0,
    startFailed: false,
    theme: 'auto',
    dark: false,
    lang: 'en',
    sound: false,
  };
}

/** Longest pause between two tries to start; a refusal that will not pass is not tried again. */
const startPauseMaxMs = 60_000;
/** Failed tries without code after which a new page is tried. */
const attemptsOfPage = 4;
const neverMs = 2 ** 31 - 1;

/** Waits, but no longer than until the browser is online again or the signal fires. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}

function build(win: Window): { parts: Parts; host: Host } {
  const origin = hostOrigin(win);
  const settings = readSettings(win.location.search, win.parent !== win);
  const store = new Store(firstState(settings));
  const local = openBox(() => win.localStorage, cookiePlace(win.document, rememberSeconds));
  const perTab = openBox(() => win.sessionStorage, cookiePlace(win.document, 0));
  const scope = `${origin ?? 'page'}:${settings.instance}`;
  const tabs = openTabs(scope);
  let session: Session | null = null;
  const api = new Api({
    base: '',
    fetch: (input, init) => win.fetch(input, init),
    token: () => session?.currentToken() ?? null,
  });
  session = new Session({
    api,
    store,
    local,
    perTab,
    tabs,
    scope,
    onCreated: (id) => host.sessionCreated(id),
  });
  const conversation = new ConversationLater(async () => {
    const { Conversation, Outbox } = await import('./model/talk');
    return new Conversation({
      api,
      store,
      session: session!,
      tabs,
      outbox: new Outbox(perTab, () => session!.key('outbox')),
      tools: { api, sleep, random: Math.random },
      online: () => win.navigator.onLine,
      onAnswer: (message) => host.answered(message),
      onFailure: (message) => host.failed(message),
    });
  });
  const files = new Later(async () => {
    const { Files } = await import('./model/files');
    const makeRequest = () => new XMLHttpRequest();
    return new Files({ api, store, session: session!, tabs, makeRequest });
  });
  const parts: Parts = {
    win,
    origin,
    settings,
    local,
    perTab,
    api,
    store,
    session,
    conversation,
    files,
  };
  const host = new Host(parts);
  return { parts, host };
}

function watchLine(parts: Parts): void {
  const { win, store, conversation } = parts;
  win.addEventListener('offline', () => store.update({ line: 'offline' }));
  win.addEventListener('online', () => {
    store.update({ line: 'live' });
    conversation.resume();
  });
}

function watchAnnouncements(
  parts: Parts,
  ending: (state: MessageState) => string,
): (text: string) => void {
  const region = parts.win.document.getElementById('announcer');
  const say = (text: string) => {
    const line = parts.win.document.createElement('p');
    line.textContent = text;
    region?.append(line);
    while (region && region.childElementCount > 8) region.firstElementChild?.remove();
  };
  let announcer: Announcer | null = null;
  let running: Message | null = null;
  parts.store.subscribe((state) => {
    const newest = state.messages.filter((message) => message.author === 'assistant').pop();
    if (!newest || newest === running) return;
    const live = newest.state === 'waiting' || newest.state === 'streaming';
    if (!live && newest.key !== running?.key) return;
    running = newest;
    if (announcer) announcer.follow(newest);
    else
      void import('./model/announcer').then(
        (module) => {
          announcer ??= new module.Announcer(say, ending);
          announcer.follow(running ?? newest);
        },
        () => {},
      );
  });
  return say;
}

/** The server answers, and the browser has no code for the conversation all the same. */
class NoCode extends Error {}

async function begin(parts: Parts, files: Promise<void>): Promise<void> {
  const { store, api, conversation } = parts;
  // What is sent while the server is away is shown and kept by the conversation.
  const greeted = api.botConfig().then((bot) => store.update({ bot }));
  const [talk] = await Promise.all([
    conversation.load().catch(async (error: unknown) => {
      await greeted;
      throw new NoCode(String(error));
    }),
    greeted,
  ]);
  await Promise.all([talk.restore(), files]);
}

/**
 * A browser may answer from memory that code could not be fetched for as long as the page lives
 * (HTML, "fetch a single module script"). A new page may ask again; the draft outlives the old one.
 */
function helpsNewPage(win: Window, attempt: number, error: unknown): boolean {
  const [shown] = win.performance.getEntriesByType('navigation');
  const isNew = (shown as PerformanceNavigationTiming | undefined)?.type === 'reload';
  return error instanceof NoCode && attempt + 1 >= attemptsOfPage && !isNew;
}

function pauseMs(attempt: number, error: unknown): number {
  const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
  if (refused) return neverMs;
  const wanted = (error instanceof ApiError && error.retryAfterMs) || 0;
  const ceiling = Math.min(startPauseMaxMs, 1000 * 2 ** attempt);
  return Math.min(startPauseMaxMs, wanted + ceiling * (0.5 + Math.random() / 2));
}

/** Starts until it succeeds: after ever longer pauses, when the line is back, and on request. */
class Starter {
  private asked = new AbortController();

  constructor(
    private readonly parts: Parts,
    private readonly host: Host,
  ) {}

  async run(): Promise<void> {
    const { store } = this.parts;
    const files = restoreFiles(this.parts);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await begin(this.parts, files);
        await this.host.ready();
        return store.update({ startFailed: false });
      } catch (error) {
        if (helpsNewPage(this.parts.win, attempt, error)) return this.parts.win.location.reload();
        store.update({ startFailed: true });
        this.asked = new AbortController();
        await sleep(pauseMs(attempt, error), this.asked.signal);
      }
    }
  }

  again(): void {
    this.parts.store.update({ startFailed: false });
    this.asked.abort();
  }
}

/** The file cards join the conversation once the session is known to be alive. */
function restoreFiles(parts: Parts): Promise<void> {
  return new Promise((resolve) => {
    const stop = parts.store.subscribe((state) => {
      if (!state.restored) return;
      stop();
      // Without a session there is nothing to ask for, and no code to fetch.
      if (!state.sessionId) return resolve();
      parts.files
        .load()
        .then((files) => files.refresh())
        .then(resolve, () => resolve());
    });
  });
}

export async function startPanel(win: Window): Promise<void> {
  const { parts, host } = build(win);
  const { store, settings } = parts;
  const presentation = new Presentation(parts, (look) => host.appearance(look));
  const starter = new Starter(parts, host);
  let words: PanelTranslator | null = null;
  const announce = watchAnnouncements(parts, (state) => {
    const key = endText[state];
    return (key && words?.t(key)) ?? '';
  });
  watchLine(parts);
  const root = win.document.getElementById('root')!;
  const draw = async (): Promise<void> => {
    const i18n = await loadTranslator(store.get().lang);
    await translateExtras(i18n).catch(() => {});
    words = i18n;
    win.document.documentElement.lang = i18n.lang;
    win.document.documentElement.dir = i18n.dir;
    win.document.title = i18n.t('chat');
    host.speak([i18n.t('open'), i18n.t('close'), i18n.t('dismiss')]);
    const app: App = {
      i18n,
      announce,
      api: parts.api,
      sessionId: () => parts.session.id,
      preferences: presentation,
      conversation: parts.conversation,
      files: parts.files,
      draft: {
        load: () => parts.perTab.get(parts.session.key('draft')) ?? '',
        save: (text) =>
          text
            ? parts.perTab.set(parts.session.key('draft'), text)
            : parts.perTab.remove(parts.session.key('draft')),
      },
      show: (view, fileShown) => store.update({ view, fileShown: fileShown ?? null }),
      close: () => host.minimise(),
      maximise: () => host.setMinimised(false),
      restart: () => starter.again(),
      linkSources: () => presentation.linkSources(),
    };
    render(<Panel key={i18n.lang} app={app} store={store} />, root);
  };
  presentation.onLanguage = () => void draw();
  host.onLanguageWish = (lang) => presentation.suggestLanguage(lang);
  store.update({ lang: pickLanguage([presentation.language(), ...win.navigator.languages]) });
  await draw();
  host.start(settings.embedding === 'loader');
  await starter.run();
}
