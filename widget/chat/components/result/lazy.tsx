// Loads what shows results, its words and its styles with the first result of a conversation.

import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../context';

type Results = typeof import('./results');

const ready = new Map<string, Results>();

async function load(lang: string): Promise<Results> {
  const module = await import('./results');
  await module.prepare(lang);
  ready.set(lang, module);
  return module;
}

/** The views of results once they are there; asks for them only if `wanted`. */
export function useResults(wanted: boolean): Results | null {
  const { lang } = useApp().i18n;
  const [found, setFound] = useState(ready.get(lang) ?? null);
  useEffect(() => {
    if (!wanted || found) return undefined;
    let current = true;
    load(lang).then(
      (module) => current && setFound(module),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [wanted, found, lang]);
  return found;
}
