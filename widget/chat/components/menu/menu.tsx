// The menu under the header: files, appearance, language, sound, provider, clearing the chat.

import { useEffect, useRef, useState } from 'preact/hooks';
import { languages } from '../../../shared/i18n';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Icon } from '../icon/icon';

interface Choice {
  id: string;
  label: string;
  value: string;
  options: [value: string, label: string][];
  onPick(value: string): void;
}

function Select({ choice }: { choice: Choice }) {
  return (
    <label class="menu-row" for={choice.id}>
      <span>{choice.label}</span>
      <select id={choice.id} onChange={(event) => choice.onPick(event.currentTarget.value)}>
        {choice.options.map(([value, label]) => (
          <option key={value} value={value} selected={value === choice.value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function ClearRow({ state }: { state: State }) {
  const { i18n, conversation, show } = useApp();
  const [asking, setAsking] = useState(false);
  const shown = useRef<HTMLButtonElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    // Not when the menu opens: its first row has the focus.
    if (opened.current) shown.current?.focus();
    opened.current = true;
  }, [asking]);
  if (!asking) {
    return (
      <button
        type="button"
        class="menu-row danger"
        ref={shown}
        disabled={!state.restored || state.messages.every((one) => one.author === 'file')}
        onClick={() => setAsking(true)}
      >
        <Icon name="bin" />
        {i18n.t('clearChat')}
      </button>
    );
  }
  const clear = () => {
    show('chat');
    conversation.clear();
  };
  return (
    <div class="menu-ask" role="group" aria-label={i18n.t('clearChat')}>
      <p>
        {i18n.t('clearSure')} {state.files.length ? i18n.t('clearFilesStay') : null}
      </p>
      <button type="button" class="button" onClick={() => setAsking(false)}>
        {i18n.t('cancel')}
      </button>
      <button type="button" class="button button-danger" ref={shown} onClick={clear}>
        {i18n.t('clearYes')}
      </button>
    </div>
  );
}

function choices(state: State, app: ReturnType<typeof useApp>): Choice[] {
  const { i18n, preferences } = app;
  const providers = state.bot?.providers ?? [];
  const list: Choice[] = [
    {
      id: 'pick-theme',
      label: i18n.t('theme'),
      value: state.theme,
      options: [
        ['auto', i18n.t('themeAuto')],
        ['light', i18n.t('themeLight')],
        ['dark', i18n.t('themeDark')],
      ],
      onPick: (value) => preferences.setTheme(value as State['theme']),
    },
    {
      id: 'pick-language',
      label: i18n.t('language'),
      value: i18n.lang,
      options: Object.entries(languages),
      onPick: (value) => preferences.setLanguage(value),
    },
  ];
  if (providers.length > 1) {
    list.push({
      id: 'pick-provider',
      label: i18n.t('provider'),
      value: String(state.config.aiProvider || state.bot?.defaultProvider || ''),
      options: providers.map((one) => [one.name, one.label || one.name]),
      onPick: (value) => preferences.setProvider(value),
    });
  }
  return list;
}

export function Menu({ state }: { state: State }) {
  const app = useApp();
  const { i18n, preferences, show } = app;
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <>
      <div class="menu-shade" onClick={() => show('chat')} />
      <div id="menu" class="menu" role="dialog" aria-label={i18n.t('menu')}>
        <button type="button" class="menu-row" ref={first} onClick={() => show('files')}>
          <Icon name="file" />
          {i18n.t('files')}
        </button>
        {choices(state, app).map((choice) => (
          <Select key={choice.id} choice={choice} />
        ))}
        <label class="menu-row" for="pick-sound">
          <span>{i18n.t('sound')}</span>
          <input
            id="pick-sound"
            type="checkbox"
            role="switch"
            class="switch"
            checked={state.sound}
            onChange={(event) => preferences.setSound(event.currentTarget.checked)}
          />
        </label>
        <ClearRow state={state} />
      </div>
    </>
  );
}
