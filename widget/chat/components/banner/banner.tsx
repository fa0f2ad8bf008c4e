// One line above the composer when something is in the way: the line, or the start of the chat.

import { useApp } from '../../context';
import type { State } from '../../model/state';
import { focusChat } from '../focus';
import { Icon } from '../icon/icon';

export function Banner({ state }: { state: State }) {
  const { i18n, restart } = useApp();
  if (state.startFailed) {
    return (
      <div class="banner banner-bad" role="alert">
        <Icon name="alert" size={18} />
        <span>{i18n.t('errorStart')}</span>
        <button
          type="button"
          class="button"
          onClick={() => {
            restart();
            focusChat();
          }}
        >
          {i18n.t('retry')}
        </button>
      </div>
    );
  }
  if (state.line === 'live') return null;
  return (
    <div class="banner" role="status">
      <span class="pulse" aria-hidden="true" />
      <span>{i18n.t(state.line === 'offline' ? 'lineOffline' : 'lineLost')}</span>
    </div>
  );
}
