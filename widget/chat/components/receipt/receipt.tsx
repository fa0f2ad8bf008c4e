// The receipt under a result: one quiet line, and behind it the query, the file, and the way to
// run it again without any assistant.

import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { cleanFileName, cleanText } from '../../../shared/text';
import { useApp } from '../../context';
import type { Receipt, ReceiptFile } from '../../model/receipt';
import { Icon } from '../icon/icon';
import { useCopy } from '../message/answer';
import { Glyph } from '../result/glyph';
import { useTexts } from '../result/texts';
import type { Outcome, ResultModel } from '../result/use-result';

function milliseconds(value: number, lang: string): string {
  const style = { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 } as const;
  const text = new Intl.NumberFormat(lang, style).format(Math.max(1, value));
  return value < 1 ? `< ${text}` : text;
}

const nameMax = 32;

/** Short enough for one line of a phone; the fold-out has all names whole. */
function shortNames(files: readonly ReceiptFile[]): string {
  const [first, ...rest] = files.map((file) => cleanFileName(file.fileName));
  const letters = Array.from(first ?? '');
  const name =
    letters.length > nameMax
      ? `${letters.slice(0, nameMax - 12).join('')}…${letters.slice(-11).join('')}`
      : (first ?? '');
  return rest.length ? `${name} +${rest.length}` : name;
}

/** The parts stay apart in either direction of writing. */
function SummaryLine({ receipt }: { receipt: Receipt }) {
  const texts = useTexts();
  const files = shortNames(receipt.files);
  const facts = [
    texts.t('rowsRead', { n: receipt.rowsScanned }),
    milliseconds(receipt.milliseconds, texts.lang),
  ];
  return (
    <span class="receipt-line">
      {files ? <bdi>{files}</bdi> : null}
      {facts.map((fact, at) => (
        <span key={at}>
          {files || at ? <span aria-hidden="true"> · </span> : null}
          <bdi>{fact}</bdi>
        </span>
      ))}
    </span>
  );
}

function SqlBlock({ sql }: { sql: string }) {
  const texts = useTexts();
  const copy = useCopy();
  const label = texts.t('copyQuery');
  return (
    <div class="code">
      <div class="code-head">
        <span class="lang">SQL</span>
        <button type="button" class="copy" onClick={(event) => copy(sql, event.currentTarget)}>
          {label}
        </button>
      </div>
      <pre dir="ltr" tabIndex={0} role="group" aria-label={texts.t('query')}>
        <code>{cleanText(sql)}</code>
      </pre>
    </div>
  );
}

function FileFact({ file }: { file: ReceiptFile }) {
  const texts = useTexts();
  const copy = useCopy();
  return (
    <dd>
      <bdi>{cleanFileName(file.fileName)}</bdi>
      {file.sha256 ? (
        <span class="hash">
          <span dir="ltr">
            SHA-256 <code>{file.sha256.slice(0, 12)}…</code>
          </span>
          <button
            type="button"
            class="copy"
            aria-label={texts.t('copyHash')}
            title={texts.t('copyHash')}
            onClick={(event) => copy(file.sha256, event.currentTarget)}
          >
            <Icon name="copy" size={14} />
          </button>
        </span>
      ) : null}
    </dd>
  );
}

function Facts({ receipt }: { receipt: Receipt }) {
  const texts = useTexts();
  const { i18n } = useApp();
  const when = receipt.createdAt;
  const took = milliseconds(receipt.milliseconds, texts.lang);
  return (
    <dl class="facts">
      {receipt.files.length ? <dt>{texts.t('file')}</dt> : null}
      {receipt.files.map((file) => (
        <FileFact key={file.fileId || file.sha256} file={file} />
      ))}
      <dt>{texts.t('rows')}</dt>
      <dd>
        {texts.t('rowsRead', { n: receipt.rowsScanned })} ·{' '}
        {texts.t('rowsOfResult', { n: receipt.rowCount })}
      </dd>
      {receipt.notes.length ? <dt>{texts.t('notes')}</dt> : null}
      {receipt.notes.map((note) => (
        <dd key={note}>
          <bdi>{note}</bdi>
        </dd>
      ))}
      <dt>{texts.t('time')}</dt>
      <dd>
        {when ? `${i18n.day(when)} · ${i18n.time(when)} · ` : ''}
        <bdi>{took}</bdi>
      </dd>
    </dl>
  );
}

function OutcomeNote({ outcome }: { outcome: Outcome }) {
  const texts = useTexts();
  const { kind, details } = outcome;
  const good = kind === 'same' || kind === 'changed';
  return (
    <p class={`outcome outcome-${good ? kind : 'bad'}`} role={good ? 'status' : 'alert'}>
      {good ? <Icon name="check" size={16} /> : <Icon name="alert" size={16} />}
      <span>
        {texts.t(kind)}
        {details ? (
          <code dir="auto" class="outcome-details">
            {cleanText(details).slice(0, 300)}
          </code>
        ) : null}
      </span>
    </p>
  );
}

interface Props {
  result: ResultModel;
  /** What the fold-out shows before the query. */
  children: ComponentChildren;
}

export function ReceiptFold({ result, children }: Props) {
  const texts = useTexts();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { receipt, busy, outcome } = result;
  return (
    <div class="receipt">
      <button
        type="button"
        class="receipt-head"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Glyph name="proof" size={16} />
        <span class="sr">{texts.t('receipt')} </span>
        <SummaryLine receipt={receipt} />
        <span class="receipt-mark">
          <Glyph name="fold" size={16} />
        </span>
      </button>
      {receipt.fileDeleted ? <p class="outcome">{texts.t('fileDeleted')}</p> : null}
      {outcome ? <OutcomeNote outcome={outcome} /> : null}
      {open ? (
        <div class="receipt-inside" id={id}>
          {children}
          <SqlBlock sql={receipt.sql} />
          <Facts receipt={receipt} />
          <div class="again">
            <button
              type="button"
              class="button again-button"
              aria-disabled={busy !== null}
              onClick={result.again}
            >
              <Icon name="retry" size={16} />
              {texts.t(busy === 'run' ? 'running' : 'runAgain')}
            </button>
            <p>{texts.t('runHint')}</p>
          </div>
        </div>
      ) : null}
    </div>
  );
}
