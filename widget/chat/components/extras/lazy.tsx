// Loads the extra views at the first need of one, or when the panel has nothing else to do.

import { useEffect, useState } from 'preact/hooks';

type Extras = typeof import('./extras');

let extras: Extras | null = null;
let loading: Promise<Extras> | null = null;

export function loadExtras(): Promise<Extras> {
  loading ??= import('./extras')
    .then((module) => {
      extras = module;
      return module;
    })
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}

/** The extra views once they are there; asks for them only if `wanted`. */
export function useExtras(wanted: boolean): Extras | null {
  const [found, setFound] = useState(extras);
  useEffect(() => {
    if (!wanted || found) return undefined;
    let current = true;
    loadExtras().then(
      (module) => current && setFound(module),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [wanted, found]);
  return found;
}
