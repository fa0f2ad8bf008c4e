import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages, loadTranslator, pickLanguage } from '../shared/i18n';
import ar from '../shared/i18n/ar';
import de from '../shared/i18n/de';
import en from '../shared/i18n/en';
import es from '../shared/i18n/es';
import extrasAr from '../shared/i18n/extras-ar';
import extrasDe from '../shared/i18n/extras-de';
import extrasEn from '../shared/i18n/extras-en';
import extrasEs from '../shared/i18n/extras-es';
import extrasFr from '../shared/i18n/extras-fr';
import extrasZh from '../shared/i18n/extras-zh';
import fr from '../shared/i18n/fr';
import zh from '../shared/i18n/zh';

const all: Record<string, object> = {
  en: { ...en, ...extrasEn },
  de: { ...de, ...extrasDe },
  fr: { ...fr, ...extrasFr },
  es: { ...es, ...extrasEs },
  ar: { ...ar, ...extrasAr },
  zh: { ...zh, ...extrasZh },
};
const english = all['en'] as Record<string, unknown>;

const placeholders = (text: unknown) => {
  const last = typeof text === 'string' ? text : (text as { other: string }).other;
  return [...last.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
};

test('every language of the menu has messages', () => {
  assert.deepEqual(Object.keys(all).sort(), Object.keys(languages).sort());
});

for (const [lang, messages] of Object.entries(all)) {
  test(`${lang}: no key is missing, extra or empty, and placeholders match`, () => {
    assert.deepEqual(Object.keys(messages).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(messages)) {
      assert.deepEqual(placeholders(text), placeholders(english[key]), key);
      for (const one of typeof text === 'string'
        ? [text]
        : Object.values(text as Record<string, string>))
        assert.ok(one.trim(), key);
    }
  });

  test(`${lang}: every plural form of the language is there`, () => {
    const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(messages)) {
      if (typeof text === 'string' || lang === 'fr' || lang === 'es') continue;
      assert.deepEqual(Object.keys(text).sort(), [...forms].sort(), key);
    }
  });
}

test('a language is picked by its primary subtag', () => {
  assert.equal(pickLanguage(['pt-BR', 'de-AT']), 'de');
  assert.equal(pickLanguage(['xx', null]), 'en');
  assert.equal(pickLanguage(['constructor', 'zh_Hant']), 'zh');
});

test('the texts of the extras are there once they were asked for', async () => {
  const spanish = await loadTranslator('es');
  assert.equal(spanish.t('addFile'), '');
  await spanish.loadExtras();
  assert.equal(spanish.t('addFile'), 'Añadir un archivo');
  assert.equal(spanish.t('files'), 'Archivos');
});

test('numbers, sizes and plurals follow the language', async () => {
  const german = await loadTranslator('de');
  assert.equal(german.t('rows', { n: 10_000 }), '10.000 Zeilen');
  assert.equal(german.t('rows', { n: 1 }), '1 Zeile');
  assert.equal(german.bytes(10_485_760), '10 MB');
  assert.equal(german.bytes(0), '0 Byte');
  assert.equal((await loadTranslator('en')).bytes(1), '1 byte');
});
