// The conversation before its code is there: the panel opens first, then fetches what talks.
//
// Calls made too early are kept and run in order; a failed fetch keeps them for the next try.

import type { Conversation } from './conversation';

export class ConversationLater {
  private readonly waiting: ((conversation: Conversation) => void)[] = [];
  private found: Conversation | null = null;
  private loading: Promise<Conversation> | null = null;

  constructor(private readonly fetch: () => Promise<Conversation>) {}

  load(): Promise<Conversation> {
    this.loading ??= this.fetch()
      .then((conversation) => {
        this.found = conversation;
        for (const call of this.waiting.splice(0)) call(conversation);
        return conversation;
      })
      .catch((error: unknown) => {
        this.loading = null;
        throw error;
      });
    return this.loading;
  }

  /** False while a call would be kept in memory only. */
  get here(): boolean {
    return this.found !== null;
  }

  send(text: string): void {
    this.run((conversation) => conversation.send(text));
  }

  retry(key: string): void {
    this.run((conversation) => conversation.retry(key));
  }

  stop(): void {
    this.run((conversation) => void conversation.stop());
  }

  clear(): void {
    this.run((conversation) => void conversation.clear().catch(() => {}));
  }

  /** The line is back: what waited goes out now. */
  resume(): void {
    this.run((conversation) => conversation.resume());
  }

  private run(call: (conversation: Conversation) => void): void {
    if (this.found) call(this.found);
    else this.waiting.push(call);
  }
}
