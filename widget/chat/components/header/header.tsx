// Who answers and how things stand; the way to the menu and out.

import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Icon } from '../icon/icon';

/**
 * The bot's picture: from the server's own settings any address its policy admits, from a page only
 * a path on our origin; else a short text or emoji, else the first letter of the name.
 */
export function Avatar({ state }: { state: State }) {
  const icon = state.config.botIcon ?? state.bot?.botIcon;
  const name = botName(state);
  const trusted = icon === state.bot?.botIcon && /^https:\/\//.test(icon ?? '');
  // Browsers read a backslash as a slash and skip tabs: "/\\host" is another host.
  if (typeof icon === 'string' && (trusted || /^\/(?![/\\])[^\s]*$/.test(icon))) {
    return (
      <span class="avatar">
        <img src={icon} alt="" width="40" height="40" />
      </span>
    );
  }
  const short =
    typeof icon === 'string' && icon.length > 0 && icon.length <= 8 && !/[./:]/.test(icon);
  return (
    <span class="avatar" aria-hidden="true">
      {short ? icon : (Array.from(name)[0] ?? '').toUpperCase()}
    </span>
  );
}

export function botName(state: State): string {
  return String(state.config.botName || state.bot?.botName || '');
}

export function isDemo(state: State): boolean {
  const name = state.config.aiProvider || state.bot?.defaultProvider;
  return state.bot?.providers.find((provider) => provider.name === name)?.demo === true;
}

function Status({ state }: { state: State }) {
  const { i18n } = useApp();
  const key =
    state.line === 'offline'
      ? 'statusOffline'
      : state.line === 'lost' || state.startFailed
        ? 'statusReconnecting'
        : isDemo(state)
          ? 'statusDemo'
          : 'statusReady';
  const tone = key === 'statusReady' ? 'good' : key === 'statusDemo' ? 'demo' : 'bad';
  return (
    <p id="bot-status" class={`status status-${tone}`} role="status">
      {i18n.t(key)}
    </p>
  );
}

export function Header({ state }: { state: State }) {
  const { i18n, show, close } = useApp();
  const sub = state.view === 'files';
  const menuOpen = state.view === 'menu';
  return (
    <header class="head">
      {sub ? (
        <button
          type="button"
          class="icon-button back"
          aria-label={i18n.t('back')}
          onClick={() => show('chat')}
        >
          <Icon name="back" />
        </button>
      ) : (
        <Avatar state={state} />
      )}
      <div class="who">
        <h1 id="bot-name">{sub ? i18n.t('files') : botName(state)}</h1>
        {sub ? null : <Status state={state} />}
      </div>
      <button
        type="button"
        id="menu-btn"
        class="icon-button"
        aria-label={i18n.t('menu')}
        aria-expanded={menuOpen}
        aria-controls="menu"
        onClick={() => show(menuOpen ? 'chat' : 'menu')}
      >
        <Icon name="menu" />
      </button>
      {state.embedding === 'page' ? null : (
        <button
          type="button"
          id="minimize-btn"
          class="icon-button"
          aria-label={i18n.t('close')}
          onClick={close}
        >
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}
