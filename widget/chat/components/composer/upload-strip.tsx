// The upload in progress, or what was wrong with it, above the input.

import type { MessageKey } from '../../../shared/i18n';
import { useApp } from '../../context';
import type { State, Upload } from '../../model/state';
import { Icon } from '../icon/icon';

const texts: Record<NonNullable<Upload['failure']>, MessageKey> = {
  type: 'uploadType',
  size: 'uploadSize',
  empty: 'uploadEmpty',
  unreadable: 'uploadUnreadable',
  failed: 'uploadFailed',
  network: 'errorNetwork',
};

export function UploadStrip({ state }: { state: State }) {
  const { i18n, uploads } = useApp();
  const { upload } = state;
  if (!upload) return null;
  const percent = Math.round(upload.progress * 100);
  const size = i18n.bytes(state.bot?.uploadMaxBytes ?? 10_485_760);
  const { failure } = upload;
  return (
    <div class={`upload${failure ? ' upload-bad' : ''}`}>
      <span class="file-icon" aria-hidden="true">
        <Icon name={failure ? 'alert' : 'file'} />
      </span>
      <div class="file-what">
        <span class="upload-name">
          <bdi>{upload.fileName}</bdi> <span>{i18n.bytes(upload.size)}</span>
        </span>
        {failure ? (
          <div role="alert">
            <span>{i18n.t(texts[failure], { size })}</span>
            {upload.details ? (
              <details>
                <summary>{i18n.t('details')}</summary>
                <p dir="auto">{upload.details}</p>
              </details>
            ) : null}
          </div>
        ) : (
          <>
            <progress max={100} value={percent} aria-label={i18n.t('uploading', { percent })} />
            <span>{percent < 100 ? i18n.t('uploading', { percent }) : i18n.t('processing')}</span>
          </>
        )}
      </div>
      <button
        type="button"
        class="icon-button"
        onClick={() => uploads.cancel()}
        aria-label={i18n.t(failure ? 'dismiss' : 'uploadCancel')}
      >
        <Icon name="cross" size={18} />
      </button>
    </div>
  );
}
