// Words of results, charts and receipts: fetched with the first of them, not with the panel.

import { makeTranslator, type Plural, type Translator } from './index';
import type en from './results-en';

export type ResultKey = keyof typeof en;
export type ResultMessages = {
  [Key in ResultKey]: (typeof en)[Key] extends string ? string : Plural;
};
export type ResultTexts = Translator<ResultKey>;

const loaders: Record<string, () => Promise<{ default: ResultMessages }>> = {
  en: () => import('./results-en'),
  de: () => import('./results-de'),
  fr: () => import('./results-fr'),
  es: () => import('./results-es'),
  ar: () => import('./results-ar'),
  zh: () => import('./results-zh'),
};

/** `lang` is one that pickLanguage() gave. */
export async function loadResultTexts(lang: string): Promise<ResultTexts> {
  const load = loaders[lang] ?? loaders['en']!;
  return makeTranslator(lang, (await load()).default);
}
