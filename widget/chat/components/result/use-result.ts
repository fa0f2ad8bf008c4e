// What a result card knows: the rows it shows, what is being asked of the server, and what came
// of it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../context';
import type { Receipt } from '../../model/receipt';
import {
  detailsOf,
  differs,
  download,
  downloadName,
  failureKind,
  runAgain,
  wholeReceipt,
  type CallFailure,
  type DownloadFormat,
} from '../../model/receipt-calls';
import { saveBlob } from './save';

export interface Outcome {
  kind: 'same' | 'changed' | CallFailure;
  /** The server's own words, if a visitor can do something with them. */
  details: string;
}

export interface ResultModel {
  receipt: Receipt;
  busy: 'rows' | 'run' | 'save' | null;
  outcome: Outcome | null;
  /** Brings the rows a stored message leaves out; false if they cannot be had. */
  complete(): Promise<boolean>;
  again(): void;
  save(format: DownloadFormat): void;
}

export function useResult(given: Receipt): ResultModel {
  const { api, sessionId } = useApp();
  const [receipt, setReceipt] = useState(given);
  const [busy, setBusy] = useState<ResultModel['busy']>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const current = useRef(true);
  useEffect(() => {
    current.current = true;
    return () => {
      current.current = false;
    };
  }, []);
  const ask = async (what: ResultModel['busy'], call: (id: string) => Promise<void>) => {
    if (busy) return false;
    setBusy(what);
    setOutcome(null);
    try {
      await call(sessionId() ?? '');
      return true;
    } catch (error) {
      const kind = failureKind(error);
      const details = kind === 'refused' ? detailsOf(error) : '';
      if (current.current) setOutcome({ kind, details });
      return false;
    } finally {
      if (current.current) setBusy(null);
    }
  };
  const id = given.receiptId;
  return {
    receipt,
    busy,
    outcome,
    complete: async () =>
      receipt.rows.length >= receipt.rowCount ||
      ask('rows', async (session) => setReceipt(await wholeReceipt(api, session, id))),
    again: () =>
      void ask('run', async (session) => {
        const after = await runAgain(api, session, id);
        const changed = after.changed ?? differs(receipt, after);
        setReceipt({ ...after, receiptId: id });
        setOutcome({ kind: changed ? 'changed' : 'same', details: '' });
      }),
    save: (format) =>
      void ask('save', async (session) => {
        const blob = await download(api, session, id, format);
        saveBlob(blob, downloadName(receipt, format, new Date()));
      }),
  };
}
