// The one place that knows the markdown library. It only splits text into tokens; nothing it gives
// back is HTML, and raw HTML in a text stays text. Loaded when the first answer needs it.

import { Lexer, type Token } from 'marked';

export type { Token, Tokens } from 'marked';

/** Top-level blocks of a text; their `raw` parts joined are the text again. */
export function blocks(text: string): Token[] {
  return new Lexer({ gfm: true, breaks: false }).lex(text);
}
