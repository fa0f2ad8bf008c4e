// Files on their way: being sent, being read, or refused with the reason. A card for each.

import { useEffect, useRef } from 'preact/hooks';
import type { MessageKey } from '../../../shared/i18n';
import { useApp } from '../../context';
import type { State, Upload } from '../../model/state';
import { Icon } from '../icon/icon';

const failureTexts: Record<NonNullable<Upload['failure']>, MessageKey> = {
  type: 'uploadType',
  size: 'uploadSize',
  empty: 'uploadEmpty',
  tooMany: 'uploadTooMany',
  unreadable: 'uploadUnreadable',
  busy: 'errorBusy',
  failed: 'uploadFailed',
  network: 'errorNetwork',
};

/** Texts of the phases while the share is known, and while it is not. */
const phaseTexts: Record<Upload['phase'], [known: MessageKey, unknown: MessageKey]> = {
  waiting: ['uploadWaiting', 'uploadWaiting'],
  sending: ['uploading', 'uploadWaiting'],
  reading: ['reading', 'processing'],
};

function Failure({ upload, state }: { upload: Upload; state: State }) {
  const { i18n } = useApp();
  const { failure = 'failed', details } = upload;
  const size = i18n.bytes(state.bot?.uploadMaxBytes ?? 10_485_760);
  return (
    <div role="alert">
      <p>{i18n.t(failureTexts[failure], { size, n: state.filesMax ?? 1 })}</p>
      {details ? (
        <details>
          <summary>{i18n.t('details')}</summary>
          <p dir="auto">{details}</p>
        </details>
      ) : null}
    </div>
  );
}

function Progress({ upload }: { upload: Upload }) {
  const { i18n } = useApp();
  const { phase, progress } = upload;
  const known = progress !== null;
  const percent = Math.round((progress ?? 0) * 100);
  const text = i18n.t(phaseTexts[phase][known ? 0 : 1], { percent });
  return (
    <>
      {phase === 'waiting' ? null : (
        <progress max={100} {...(known ? { value: percent } : {})} aria-label={text} />
      )}
      <span class={`phase-${phase}`}>{text}</span>
    </>
  );
}

function UploadCard({ upload, state }: { upload: Upload; state: State }) {
  const { i18n, files } = useApp();
  const { failure, count = 1 } = upload;
  return (
    <li class={`upload${failure ? ' upload-bad' : ''}`}>
      <span class="file-icon" aria-hidden="true">
        <Icon name={failure ? 'alert' : 'file'} />
      </span>
      <div class="file-what">
        <span class="upload-name">
          {count > 1 ? (
            <bdi>{i18n.t('uploadNotAdded', { n: count })}</bdi>
          ) : (
            <>
              <bdi>{upload.fileName}</bdi> <span>{i18n.bytes(upload.size)}</span>
            </>
          )}
        </span>
        {failure ? <Failure upload={upload} state={state} /> : <Progress upload={upload} />}
      </div>
      <button
        type="button"
        class="icon-button"
        onClick={() => files.use((all) => all.cancel(upload.key))}
        aria-label={i18n.t(failure ? 'dismiss' : 'uploadCancel')}
      >
        <Icon name="cross" size={18} />
      </button>
    </li>
  );
}

export function Uploads({ state }: { state: State }) {
  const { i18n, announce } = useApp();
  const { uploads, files } = state;
  const before = useRef(files);
  useEffect(() => {
    const added = files.filter((file) => !before.current.includes(file));
    before.current = files;
    for (const file of added) announce(`${file.fileName}: ${i18n.t('uploadDone')}`);
  }, [files]);
  if (uploads.length === 0) return null;
  return (
    <ul class="uploads" role="list">
      {uploads.map((upload) => (
        <UploadCard key={upload.key} upload={upload} state={state} />
      ))}
    </ul>
  );
}
