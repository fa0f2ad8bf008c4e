// Translations of the panel: two lazily loaded modules per language, typed by English. The first
// holds what the panel needs to open, the second (extras) what comes with files.

import type en from './en';
import type extrasEn from './extras-en';

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type Translated<English> = {
  [Key in keyof English]: English[Key] extends string ? string : Plural;
};
/** Keys must match English exactly: a missing or extra one is a type error and a failing test. */
export type Messages = Translated<typeof en>;
export type ExtraMessages = Translated<typeof extrasEn>;
export type MessageKey = keyof Messages | keyof ExtraMessages;
export type Values = Record<string, string | number>;

/** The words of one language: the panel's by default, or those of a part that comes later. */
export interface Translator<Key extends string = MessageKey> {
  lang: string;
  dir: 'ltr' | 'rtl';
  t(key: Key, values?: Values): string;
  number(value: number): string;
  time(at: number): string;
  day(at: number): string;
  bytes(size: number): string;
}

/** The panel's words. Those of the extras are empty until loadExtras() is done. */
export interface PanelTranslator extends Translator {
  loadExtras(): Promise<void>;
}

export const languages: Record<string, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ar: 'العربية',
  zh: '中文',
};

const loaders: Record<string, () => Promise<{ default: Messages }>> = {
  en: () => import('./en'),
  de: () => import('./de'),
  fr: () => import('./fr'),
  es: () => import('./es'),
  ar: () => import('./ar'),
  zh: () => import('./zh'),
};

const extraLoaders: Record<string, () => Promise<{ default: ExtraMessages }>> = {
  en: () => import('./extras-en'),
  de: () => import('./extras-de'),
  fr: () => import('./extras-fr'),
  es: () => import('./extras-es'),
  ar: () => import('./extras-ar'),
  zh: () => import('./extras-zh'),
};

/** The first wish we have a translation for, by its primary subtag; English otherwise. */
export function pickLanguage(wishes: readonly (string | null | undefined)[]): string {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split(/[-_]/)[0] ?? '';
    if (Object.hasOwn(languages, primary)) return primary;
  }
  return 'en';
}

function fill(text: string, values: Values, number: (value: number) => string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

export function makeTranslator<Key extends string>(
  lang: string,
  messages: Partial<Record<Key, string | Plural>>,
): Translator<Key> {
  const numbers = new Intl.NumberFormat(lang);
  const plurals = new Intl.PluralRules(lang);
  const times = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' });
  const days = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long' });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const number = (value: number) => numbers.format(value);
  return {
    lang,
    dir: lang === 'ar' ? 'rtl' : 'ltr',
    number,
    t(key, values = {}) {
      const entry: string | Plural = messages[key] ?? '';
      if (typeof entry === 'string') return fill(entry, values, number);
      const form = plurals.select(Number(values['n'] ?? 0));
      return fill(entry[form] ?? entry.other, values, number);
    },
    time: (at) => times.format(at),
    day(at) {
      const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
      const ago = Math.round((midnight(Date.now()) - midnight(at)) / 86_400_000);
      const text = ago <= 1 ? relative.format(-ago, 'day') : days.format(at);
      return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
    },
    bytes(size) {
      if (size < 1024) {
        const style = { style: 'unit', unit: 'byte', unitDisplay: 'long' } as const;
        return new Intl.NumberFormat(lang, style).format(size);
      }
      const unit = size < 1_000_000 ? 'kilobyte' : 'megabyte';
      const value = size < 1_000_000 ? size / 1024 : size / 1_048_576;
      const digits = value < 10 && unit === 'megabyte' ? 1 : 0;
      const style = { style: 'unit', unit, maximumFractionDigits: digits } as const;
      return new Intl.NumberFormat(lang, style).format(value);
    },
  };
}

export async function loadTranslator(lang: string): Promise<PanelTranslator> {
  const known = lang in loaders ? lang : 'en';
  const texts: Partial<Record<MessageKey, string | Plural>> = {
    ...(await loaders[known]!()).default,
  };
  return {
    ...makeTranslator<MessageKey>(known, texts),
    async loadExtras() {
      Object.assign(texts, (await extraLoaders[known]!()).default);
    },
  };
}
