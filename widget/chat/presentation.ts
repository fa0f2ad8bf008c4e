// How the panel looks to this visitor: colours, theme, language, sound; what of it is remembered;
// and which links the site allows.

import type { Preferences } from './context';
import type { LinkSources } from './markdown/links';
import type { State } from './model/state';
import type { Parts } from './start';
import { applyTheme, isDark } from './theme';
import { pickLanguage } from '../shared/i18n';
import { botName } from './components/header/header';

export interface Look {
  color: string;
  ink: string;
  name: string;
}

export class Presentation implements Preferences {
  onLanguage: () => void = () => {};
  private readonly system: MediaQueryList;
  private drawn = '';

  constructor(
    private readonly parts: Parts,
    private readonly onLook: (look: Look) => void,
  ) {
    const { win, store, local, session } = parts;
    this.system = win.matchMedia('(prefers-color-scheme: dark)');
    this.system.addEventListener('change', () => this.paint(store.get()));
    const theme = local.get(session.key('theme'));
    const sound = local.get(session.key('sound')) === 'on';
    store.update({ sound });
    if (theme === 'auto' || theme === 'light' || theme === 'dark') store.update({ theme });
    else store.update({ theme: store.get().options.theme ?? 'auto' });
    this.paint(store.get());
    store.subscribe((state) => this.paint(state));
  }

  /** The visitor's own choice of language, else the site's. */
  language(): string | null {
    const { local, session, store } = this.parts;
    return local.get(session.key('lang')) ?? store.get().options.lang ?? null;
  }

  setTheme(theme: State['theme']): void {
    const { local, session, store } = this.parts;
    local.set(session.key('theme'), theme);
    store.update({ theme });
  }

  setLanguage(lang: string): void {
    const { local, session, store } = this.parts;
    local.set(session.key('lang'), lang);
    store.update({ lang: pickLanguage([lang]) });
    this.onLanguage();
  }

  /** A language asked for by the site after the start; the visitor's own choice wins. */
  suggestLanguage(lang: string): void {
    const { local, session, store } = this.parts;
    const picked = pickLanguage([local.get(session.key('lang')), lang]);
    if (picked === store.get().lang) return;
    store.update({ lang: picked });
    this.onLanguage();
  }

  setSound(sound: boolean): void {
    const { local, session, store } = this.parts;
    local.set(session.key('sound'), sound ? 'on' : 'off');
    store.update({ sound });
  }

  setProvider(name: string): void {
    const { api, store, session } = this.parts;
    const { model: _other, ...config } = store.get().config;
    store.update({ config: { ...config, aiProvider: name } });
    if (session.id)
      void api.updateConfig(session.id, { aiProvider: name, model: '' }).catch(() => {});
  }

  /** What decides which links of an answer may be clicked. */
  linkSources(): LinkSources {
    const { origin, win, store } = this.parts;
    const { bot, options, messages } = store.get();
    const own = [origin, win.location.origin].flatMap((one) => (one ? [new URL(one).host] : []));
    const said = messages.filter((one) => one.author === 'visitor').map((one) => one.text);
    return { hosts: [...own, ...(bot?.linkHosts ?? []), ...(options.linkHosts ?? [])], said };
  }

  private paint(state: State): void {
    const { config, bot, theme } = state;
    const dark = isDark(theme, this.system.matches);
    const brand = config.botColor ?? bot?.botColor;
    const bubble = config.botMsgBgColor ?? config.botColor ?? bot?.botMsgBgColor;
    const name = botName(state);
    // The site is told once the bot is known, even if nothing looks different then.
    const wanted = JSON.stringify([brand, bubble, dark, name, bot !== null]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const look = applyTheme(this.parts.win.document, brand, bubble, dark);
    if (state.dark !== dark) this.parts.store.update({ dark });
    if (bot) this.onLook({ ...look, name });
  }
}
