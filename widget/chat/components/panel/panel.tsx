// The whole panel, or the floating button of a plain iframe that is minimised.

import { useEffect, useRef, useState } from 'preact/hooks';
import { AppContext, type App } from '../../context';
import type { State } from '../../model/state';
import type { Store } from '../../model/store';
import { Banner } from '../banner/banner';
import { Composer } from '../composer/composer';
import { Drop } from '../drop/drop';
import { useExtras } from '../extras/lazy';
import { Header } from '../header/header';
import { Icon } from '../icon/icon';
import { Stream } from '../stream/stream';

export function useStore<Value extends object>(store: Store<Value>): Value {
  const [value, setValue] = useState(() => store.get());
  useEffect(() => {
    setValue(store.get());
    return store.subscribe(setValue);
  }, [store]);
  return value;
}

function FloatingIcon({ app, state }: { app: App; state: State }) {
  const label = state.unread
    ? `${app.i18n.t('open')} (${app.i18n.t('unread', { n: state.unread })})`
    : app.i18n.t('open');
  return (
    <button type="button" id="floating-icon" aria-label={label} onClick={app.maximise}>
      <Icon name="chat" size={28} />
      {state.unread ? (
        <span class="badge" aria-hidden="true">
          {app.i18n.number(state.unread)}
        </span>
      ) : null}
    </button>
  );
}

function PoweredBy({ app, state }: { app: App; state: State }) {
  const name = state.config.poweredBy ?? state.bot?.poweredBy;
  return <p id="powered-by">{name ? app.i18n.t('poweredBy', { name: String(name) }) : null}</p>;
}

/** Back in the chat the focus goes where the visitor came from: a file's card, or the menu. */
function useReturn(state: State) {
  const before = useRef(state);
  useEffect(() => {
    const { view, fileShown } = before.current;
    before.current = state;
    if (view === 'chat' || state.view !== 'chat') return;
    const card = fileShown === null ? null : document.getElementById(`file:${fileShown}`);
    (card ?? document.getElementById('menu-btn'))?.focus();
  }, [state.view]);
}

export function Panel({ app, store }: { app: App; store: Store<State> }) {
  const state = useStore(store);
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const extras = useExtras(app.i18n, state.view !== 'chat');
  const chatting = state.view !== 'files' || !extras;
  useReturn(state);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      if (store.get().view === 'chat') return app.close();
      app.show('chat');
    };
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [app]);
  useEffect(() => {
    if (!state.minimised && state.view === 'chat') box.current?.focus({ preventScroll: true });
  }, [state.minimised]);
  if (state.minimised && state.embedding === 'frame')
    return <FloatingIcon app={app} state={state} />;
  return (
    <AppContext.Provider value={app}>
      <div id="chatbot-container" class={`panel panel-${state.embedding}`} lang={app.i18n.lang}>
        <Header state={state} />
        {extras && state.view === 'menu' ? <extras.Menu state={state} /> : null}
        {chatting ? (
          <Stream state={state} />
        ) : (
          <extras.Files state={state} pick={() => picker.current?.click()} />
        )}
        <footer class={chatting ? 'foot' : 'foot foot-hidden'}>
          <Banner state={state} />
          <Composer state={state} box={box} picker={picker} />
          <PoweredBy app={app} state={state} />
        </footer>
        <Drop state={state} />
      </div>
    </AppContext.Provider>
  );
}
