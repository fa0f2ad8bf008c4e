// The one place that knows the markdown library. It only splits text into tokens; nothing it gives
// back is HTML, and raw HTML in a text stays text. Loaded when the first answer needs it.

import { Lexer, type Token } from 'marked';

export type { Token, Tokens } from 'marked';

export interface Blocks {
  /** Top-level blocks of a text; their `raw` parts joined are the text again. */
  tokens: Token[];
  /** It says somewhere where `[name]` leads: maybe after that was used. */
  definesLinks: boolean;
}

export function blocks(text: string): Blocks {
  try {
    const tokens = new Lexer({ gfm: true, breaks: false }).lex(text);
    return { tokens, definesLinks: Object.keys(tokens.links).length > 0 };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Nested deeper than the stack goes: nobody can read that, so it is shown as it stands.
    return { tokens: [{ type: 'text', raw: text, text }], definesLinks: false };
  }
}
