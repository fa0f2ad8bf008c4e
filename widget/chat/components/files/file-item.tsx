// One file of the list: folded it is a line; open it shows its tables, its fingerprint and the way
// to delete it.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { FileInfo } from '../../../shared/dataset';
import { cleanFileName } from '../../../shared/text';
import { useApp } from '../../context';
import { tablesOf } from '../../model/tables';
import { Icon } from '../icon/icon';
import { useCopy } from '../message/answer';
import { FileHead } from './file-head';
import { TableSection } from './table-section';

interface Props {
  file: FileInfo;
  /** Whether it is unfolded at first. */
  open: boolean;
  /** The visitor came for this one. */
  shown: boolean;
  remove(): Promise<void>;
}

function Fingerprint({ sha256 }: { sha256: string }) {
  const { i18n } = useApp();
  const copy = useCopy();
  return (
    <p class="fingerprint">
      <span>SHA-256</span>
      <code dir="ltr" title={sha256}>
        {sha256.slice(0, 8)}…{sha256.slice(-8)}
      </code>
      <button
        type="button"
        class="action copy-message"
        aria-label={i18n.t('copyFingerprint')}
        onClick={(event) => copy(sha256, event.currentTarget)}
      >
        <Icon name="copy" size={16} />
        <Icon name="check" size={16} />
      </button>
    </p>
  );
}

type Step = 'idle' | 'asking' | 'deleting' | 'failed';

function Delete({ file, remove }: { file: FileInfo; remove(): Promise<void> }) {
  const { i18n } = useApp();
  const [step, setStep] = useState<Step>('idle');
  const sure = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const before = useRef<Step>('idle');
  useEffect(() => {
    if (step === 'asking') sure.current?.focus();
    if (step !== 'asking' && before.current !== 'idle') first.current?.focus();
    before.current = step;
  }, [step]);
  const confirm = () => {
    setStep('deleting');
    remove().catch(() => setStep('failed'));
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    // Here Escape takes back the question; it must not also close the list.
    event.stopPropagation();
    setStep('idle');
  };
  if (step === 'asking') {
    const question = i18n.t('deleteSure', { name: cleanFileName(file.fileName) });
    return (
      <div class="file-ask" role="group" aria-label={question} onKeyDown={leave}>
        <p>{question}</p>
        <button type="button" class="button" onClick={() => setStep('idle')}>
          {i18n.t('cancel')}
        </button>
        <button type="button" class="button button-danger" ref={sure} onClick={confirm}>
          {i18n.t('deleteYes')}
        </button>
      </div>
    );
  }
  return (
    <>
      {step === 'failed' ? (
        <p class="files-failed" role="alert">
          {i18n.t('deleteFailed')}
        </p>
      ) : null}
      <button
        type="button"
        class="action file-delete"
        ref={first}
        disabled={step === 'deleting'}
        onClick={() => setStep('asking')}
      >
        <Icon name="bin" size={18} />
        {i18n.t('deleteFile')}
      </button>
    </>
  );
}

export function FileItem({ file, open, shown, remove }: Props) {
  const [unfolded, setUnfolded] = useState(open);
  const id = useId();
  const tables = tablesOf(file);
  return (
    <article class="card file-item" data-shown={shown ? '' : undefined}>
      <h2>
        <button
          type="button"
          class="file-toggle"
          aria-expanded={unfolded}
          aria-controls={id}
          onClick={() => setUnfolded(!unfolded)}
        >
          <FileHead file={file} dated />
          <Icon name="close" size={18} />
        </button>
      </h2>
      <div id={id} class="file-body" hidden={!unfolded}>
        {unfolded ? (
          <>
            {tables.map((table, at) => (
              <TableSection
                key={at}
                table={table}
                fileName={cleanFileName(file.fileName)}
                alone={tables.length === 1}
                open={at === 0}
              />
            ))}
            <div class="file-foot">
              {file.sha256 ? <Fingerprint sha256={String(file.sha256)} /> : null}
              <Delete file={file} remove={remove} />
            </div>
          </>
        ) : null}
      </div>
    </article>
  );
}
