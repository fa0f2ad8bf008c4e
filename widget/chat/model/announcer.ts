// Speaks a growing answer to screen readers sentence by sentence, never token by token.

import type { Message } from './state';

/** Splits off the complete sentences after `from`; the rest waits for its end. */
export function sentences(text: string, from: number): { said: string; next: number } {
  const rest = text.slice(from);
  const end = /^[\s\S]*(?:[.!?…:。！？؟]["')\]]?(?=\s)|\n)/.exec(rest)?.[0].length ?? 0;
  return { said: rest.slice(0, end), next: from + end };
}

/** Drops the marks of markdown that would be read out as noise. */
export function spoken(text: string): string {
  return text
    .replace(/```\w*|[*_`#>|~]+|\[([^\]]*)\]\([^)]*\)/g, (_whole, label?: string) => label ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

export class Announcer {
  private key = '';
  private at = 0;

  constructor(private readonly say: (text: string) => void) {}

  /** Takes a running answer after every change of it, the last time when it has ended. */
  follow(message: Message): void {
    const ended = message.state !== 'streaming' && message.state !== 'waiting';
    if (message.key !== this.key) this.at = 0;
    this.key = message.key;
    const { said, next } = ended
      ? { said: message.text.slice(this.at), next: message.text.length }
      : sentences(message.text, this.at);
    this.at = next;
    const words = spoken(said);
    if (words) this.say(words);
  }
}
