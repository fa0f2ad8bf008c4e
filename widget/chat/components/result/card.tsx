// One result: its table or chart, what can be done with it, and the receipt that proves it.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { useApp } from '../../context';
import type { Receipt } from '../../model/receipt';
import { ChartView } from '../chart/chart';
import { chartShape, type ChartKind, type ChartShape } from '../chart/shape';
import { ReceiptFold } from '../receipt/receipt';
import { Glyph } from './glyph';
import { ResultTable } from './table';
import { useTexts } from './texts';
import { useResult, type ResultModel } from './use-result';

type View = 'table' | ChartKind;

/** A course over time reads better as a line from this many points on. */
const courseMin = 4;

function firstView(receipt: Receipt, shape: ChartShape | null): View {
  return shape?.temporal && receipt.rowCount >= courseMin ? shape.kinds[0]! : 'table';
}

interface SwitchProps {
  kinds: readonly ChartKind[];
  view: View;
  choose(view: View): void;
}

function ViewSwitch({ kinds, view, choose }: SwitchProps) {
  const texts = useTexts();
  return (
    <div class="views" role="group" aria-label={texts.t('viewAs')}>
      {(['table', ...kinds] as const).map((one) => (
        <button
          key={one}
          type="button"
          class="view"
          aria-pressed={one === view}
          aria-label={texts.t(one)}
          title={texts.t(one)}
          onClick={() => choose(one)}
        >
          <Glyph name={one} />
        </button>
      ))}
    </div>
  );
}

function Downloads({ result }: { result: ResultModel }) {
  const texts = useTexts();
  return (
    <div class="downloads">
      {(['csv', 'json'] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="action"
          aria-label={texts.t(format === 'csv' ? 'downloadCsv' : 'downloadJson')}
          onClick={() => result.save(format)}
        >
          <Glyph name="download" size={15} />
          {format.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

function ResultBody({ result }: { result: ResultModel }) {
  const texts = useTexts();
  const { receipt } = result;
  const shape = useMemo(() => chartShape(receipt), [receipt]);
  const [view, setView] = useState<View>(() => firstView(receipt, shape));
  const kind = view !== 'table' && shape?.kinds.includes(view) ? view : null;
  const whole = receipt.rows.length >= receipt.rowCount;
  const choose = async (next: View) => {
    if (next === 'table' || (await result.complete())) setView(next);
  };
  useEffect(() => {
    // A stored course has its first rows only: the line waits for the rest.
    if (kind && !whole) void result.complete();
  }, []);
  return (
    <div class="result-body">
      <div class="result-tools">
        {shape ? (
          <ViewSwitch
            kinds={shape.kinds}
            view={kind ?? 'table'}
            choose={(next) => void choose(next)}
          />
        ) : null}
        <Downloads result={result} />
      </div>
      {shape && kind && whole ? (
        <ChartView receipt={receipt} shape={shape} kind={kind} />
      ) : kind && !result.outcome ? (
        <p class="chart-waits result-note">{texts.t('chartLoading')}</p>
      ) : (
        <ResultTable result={result} />
      )}
    </div>
  );
}

/** A single value is in the answer already; nothing, and what is deleted, needs no table. */
function hasTable(receipt: Receipt): boolean {
  const { columns, rowCount, fileDeleted } = receipt;
  if (fileDeleted) return false;
  return rowCount > 1 || (rowCount === 1 && columns.length > 1);
}

interface Props {
  receipt: Receipt;
  /** The table is inside the receipt, not above it. */
  folded: boolean;
  /** The answer is still being given: the result is news. */
  live: boolean;
}

export function ResultCard({ receipt, folded, live }: Props) {
  const texts = useTexts();
  const { announce } = useApp();
  const result = useResult(receipt);
  useEffect(() => {
    if (live) announce(texts.t('result', { n: receipt.rowCount }));
  }, []);
  const body = hasTable(result.receipt) ? <ResultBody result={result} /> : null;
  return (
    <div class={`result${body && !folded ? '' : ' result-slim'}`}>
      {folded ? null : body}
      <ReceiptFold result={result}>{folded ? body : null}</ReceiptFold>
    </div>
  );
}
