// The files of the conversation: a list to look into, add to and delete from.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { FileInfo } from '../../../shared/dataset';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Icon } from '../icon/icon';
import { Uploads } from '../upload/upload';
import { FileItem } from './file-item';

interface Props {
  state: State;
  pick(): void;
}

/** Keeps the list fresh: another tab, or the server's own rules, may have changed it. */
function useFreshList(): boolean {
  const { files } = useApp();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    files
      .load()
      .then((all) => all.refresh())
      .then(
        () => setFailed(false),
        () => setFailed(true),
      );
  }, []);
  return failed;
}

function Add({ state, pick }: Props) {
  const { i18n } = useApp();
  const { files, filesMax } = state;
  // With one file per conversation the next one replaces it.
  const full = filesMax !== null && filesMax > 1 && files.length >= filesMax;
  return (
    <div class="files-add">
      <button
        type="button"
        id="add-file"
        class="button button-wide"
        aria-disabled={full}
        aria-describedby={full ? 'files-full' : undefined}
        onClick={full ? undefined : pick}
      >
        <Icon name="attach" size={18} />
        {i18n.t('addFile')}
      </button>
      {full ? (
        <p id="files-full" class="note">
          {i18n.t('filesFull')}
        </p>
      ) : null}
    </div>
  );
}

function None() {
  const { i18n } = useApp();
  return (
    <div class="files-none">
      <span class="file-icon" aria-hidden="true">
        <Icon name="table" size={28} />
      </span>
      <h2>{i18n.t('noFileTitle')}</h2>
      <p>{i18n.t('noFile')}</p>
    </div>
  );
}

export function Files({ state, pick }: Props) {
  const { i18n, files: model, announce } = useApp();
  const main = useRef<HTMLElement>(null);
  const failed = useFreshList();
  const { files, filesMax, fileShown } = state;
  useEffect(() => {
    const shown = main.current?.querySelector<HTMLElement>('[data-shown] .file-toggle');
    (shown ?? main.current)?.focus();
  }, []);
  const remove = async (file: FileInfo) => {
    await (await model.load()).remove(file);
    announce(i18n.t('fileRemoved'));
    main.current?.focus();
  };
  return (
    <main class="files" aria-label={i18n.t('files')} ref={main} tabIndex={-1}>
      {failed ? (
        <p class="files-failed" role="alert">
          {i18n.t('filesFailed')}
        </p>
      ) : null}
      {files.length === 0 ? <None /> : null}
      {files.length > 0 && filesMax !== null && filesMax > 1 ? (
        <p class="files-used">{i18n.t('filesUsed', { n: files.length, max: filesMax })}</p>
      ) : null}
      <Uploads state={state} />
      {files.map((file) => (
        <FileItem
          key={file.fileId ?? file.fileName}
          file={file}
          open={files.length === 1 || (fileShown !== null && fileShown === file.fileId)}
          shown={fileShown !== null && fileShown === (file.fileId ?? '')}
          remove={() => remove(file)}
        />
      ))}
      <Add state={state} pick={pick} />
    </main>
  );
}
