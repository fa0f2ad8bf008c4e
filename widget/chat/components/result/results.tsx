// The results of an answer, each with its receipt, as one chunk of their own.

import { loadResultTexts, type ResultTexts } from '../../../shared/i18n/results';
import { useApp } from '../../context';
import type { Receipt } from '../../model/receipt';
import { ResultCard } from './card';
import { TextsContext } from './texts';

const texts = new Map<string, ResultTexts>();
let styles: Promise<void> | null = null;

/** A missing stylesheet makes results plainer, not unreadable: they are shown all the same. */
function loadStyles(): Promise<void> {
  return new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('results.css', import.meta.url).href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** Fetches words and styles; results can be drawn in `lang` once it resolves. */
export async function prepare(lang: string): Promise<void> {
  styles ??= loadStyles();
  const [words] = await Promise.all([texts.get(lang) ?? loadResultTexts(lang), styles]);
  texts.set(lang, words);
}

/** The last result is shown whole; those before it, steps on the way, are folded. */
export function Results({ receipts, live }: { receipts: readonly Receipt[]; live: boolean }) {
  const words = texts.get(useApp().i18n.lang);
  if (!words) return null;
  return (
    <TextsContext.Provider value={words}>
      {receipts.map((receipt, at) => (
        <ResultCard
          key={receipt.receiptId || at}
          receipt={receipt}
          folded={at < receipts.length - 1}
          live={live}
        />
      ))}
    </TextsContext.Provider>
  );
}
