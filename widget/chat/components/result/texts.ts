// The words of this part, for its views.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ResultTexts } from '../../../shared/i18n/results';

export const TextsContext = createContext<ResultTexts | null>(null);

export function useTexts(): ResultTexts {
  const texts = useContext(TextsContext);
  if (!texts) throw new Error('no texts');
  return texts;
}
