// Parser of the event-stream format (WHATWG HTML, 9.2.6), fed with text in pieces of any size.
//
// Bounded: an event may hold `eventCharactersMax` characters; a longer one throws RangeError, which
// callers treat as a broken line.

export interface SseEvent {
  /** Present only if this very event carried an `id:` line. */
  id?: string;
  event: string;
  data: string;
}

/** A receipt carries up to 1 MiB of rows, its query and a little around them. */
export const eventCharactersMax = 2_097_152;

export class SseParser {
  private line = '';
  private lastWasReturn = false;
  private first = true;
  private data: string[] = [];
  private size = 0;
  private name = '';
  private id: string | undefined;

  /** Takes the next piece and returns the events it completed, in order. */
  push(piece: string): SseEvent[] {
    const events: SseEvent[] = [];
    let start = 0;
    if (this.first && piece.length > 0) {
      this.first = false;
      if (piece.charCodeAt(0) === 0xfeff) start = 1;
    }
    for (let at = start; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (code === 10 && this.lastWasReturn) {
        this.lastWasReturn = false;
        start = at + 1;
        continue;
      }
      this.lastWasReturn = code === 13;
      if (code !== 10 && code !== 13) continue;
      this.line += piece.slice(start, at);
      start = at + 1;
      const event = this.endLine();
      if (event) events.push(event);
    }
    this.line += piece.slice(start);
    if (this.line.length + this.size > eventCharactersMax) throw new RangeError('event too long');
    return events;
  }

  private endLine(): SseEvent | undefined {
    const line = this.line;
    this.line = '';
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') {
      this.data.push(value);
      this.size += value.length;
    } else if (field === 'event') this.name = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return undefined;
  }

  private dispatch(): SseEvent | undefined {
    const { data, name, id } = this;
    this.data = [];
    this.size = 0;
    this.name = '';
    this.id = undefined;
    if (data.length === 0) return undefined;
    const event: SseEvent = { event: name || 'message', data: data.join('\n') };
    if (id !== undefined) event.id = id;
    return event;
  }
}
