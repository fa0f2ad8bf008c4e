// Speaks a growing answer to screen readers sentence by sentence, never token by token.

import type { Message, MessageState } from './state';

/** Splits off the complete sentences after `from`; the rest waits for its end. */
export function sentences(text: string, from: number): { said: string; next: number } {
  const rest = text.slice(from);
  const end = /^[\s\S]*(?:[.!?…:。！？؟]["')\]]?(?=\s)|\n)/.exec(rest)?.[0].length ?? 0;
  return { said: rest.slice(0, end), next: from + end };
}

/** Drops the marks of markdown that would be read out as noise. */
export function spoken(text: string): string {
  return (
    text
      .replace(/```\w*|[*`#>|~]+|\[([^\]]*)\]\([^)]*\)/g, (_whole, label?: string) => label ?? '')
      // Inside a word it belongs to a name: order_id.
      .replace(/(^|[^\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

export class Announcer {
  private key = '';
  private at = 0;
  private over = false;

  /** `ending` says how an answer in that state has ended; empty: as it should. */
  constructor(
    private readonly say: (text: string) => void,
    private readonly ending: (state: MessageState) => string,
  ) {}

  /** Takes a running answer after every change of it, the last time when it has ended. */
  follow(message: Message): void {
    const ended = message.state !== 'streaming' && message.state !== 'waiting';
    if (message.key !== this.key) this.at = 0;
    if (message.key !== this.key || !ended) this.over = false;
    this.key = message.key;
    const { said, next } = ended
      ? { said: message.text.slice(this.at), next: message.text.length }
      : sentences(message.text, this.at);
    this.at = next;
    const words = spoken(said);
    if (words) this.say(words);
    if (!ended || this.over) return;
    this.over = true;
    const how = this.ending(message.state);
    if (how) this.say(how);
  }
}
