// Loads the extra views at the first need of one, with their styles and texts.

import { useEffect, useState } from 'preact/hooks';
import type { PanelTranslator } from '../../../shared/i18n';

type Extras = typeof import('./extras');

let extras: Extras | null = null;
let loading: Promise<Extras> | null = null;
const speaking = new WeakSet<PanelTranslator>();

function loadStyles(): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('extras.css', import.meta.url).href;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new TypeError('no styles'));
    };
    document.head.append(link);
  });
}

function loadViews(): Promise<Extras> {
  loading ??= Promise.all([import('./extras'), loadStyles()])
    .then(([module]) => {
      extras = module;
      return module;
    })
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}

async function loadExtras(i18n: PanelTranslator): Promise<Extras> {
  const [module] = await Promise.all([loadViews(), i18n.loadExtras()]);
  speaking.add(i18n);
  return module;
}

/** Gives a new language the texts of the extra views, if these are shown already. */
export async function translateExtras(i18n: PanelTranslator): Promise<void> {
  if (extras) await loadExtras(i18n);
}

/** The extra views once they are there; asks for them only if `wanted`. */
export function useExtras(i18n: PanelTranslator, wanted: boolean): Extras | null {
  const [found, setFound] = useState(speaking.has(i18n) ? extras : null);
  useEffect(() => {
    if (!wanted || found) return undefined;
    let current = true;
    loadExtras(i18n).then(
      (module) => current && setFound(module),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [wanted, found]);
  return found;
}
