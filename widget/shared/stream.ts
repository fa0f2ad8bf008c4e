// One turn of a conversation over a line that may break: sends a message (or joins a running
// answer), reads its numbered events, and after any cut goes on behind the last event it saw.
//
// The server's answer does not depend on this reader: leaving a turn (the abort signal) never stops
// the answer, and the Idempotency-Key makes a repeated send safe.

import { type Api, ApiError, errorOf } from './api';
import { SseParser, type SseEvent } from './sse';
import { isRecord } from './protocol';

export type TurnEvent =
  | { type: 'started'; data: Record<string, unknown> }
  | { type: 'delta'; text: string }
  | { type: 'tool'; data: Record<string, unknown> }
  | { type: 'receipt'; data: Record<string, unknown> }
  | { type: 'done'; data: Record<string, unknown> }
  | { type: 'error'; data: Record<string, unknown> };

/** `ended`: a terminal event was read. `idle`: nothing was running. `left`: the signal fired. */
export type TurnEnd = 'ended' | 'idle' | 'left';

export interface TurnRequest {
  sessionId: string;
  /** Absent: join the answer that is running. */
  send?: { key: string; message: string; retryOf?: string };
  signal: AbortSignal;
  onEvent(event: TurnEvent): void;
  onLine(state: 'live' | 'lost'): void;
}

export interface TurnTools {
  api: Api;
  /** Resolves after the time, or at once when the browser says it is online again. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

/** Attempts in a row without a single event before the visitor is asked to try again. */
export const firstAttemptsMax = 3;
export const resumeAttemptsMax = 12;
/** Silence after which a line counts as dead; the server sends a comment every 15 s. */
export const silenceMaxMs = 40_000;

/** Full jitter over an exponential ceiling (0.5 s, 1 s, 2 s … 15 s), never below 100 ms. */
export function backoffMs(attempt: number, random: number): number {
  return 100 + random * Math.min(15_000, 500 * 2 ** attempt);
}

function request(tools: TurnTools, turn: TurnRequest, lastId: string | null, signal: AbortSignal) {
  const { api } = tools;
  const resume: Record<string, string> = lastId ? { 'Last-Event-ID': lastId } : {};
  const common = { signal, cache: 'no-store', credentials: 'omit' } as const;
  const accept = { Accept: 'text/event-stream', ...resume };
  if (!turn.send) {
    const url = api.url(`/api/chat/stream/${turn.sessionId}`);
    return api.options.fetch(url, { ...common, headers: api.headers(accept) });
  }
  const { key, message, retryOf } = turn.send;
  const body = { sessionId: turn.sessionId, message, ...(retryOf ? { retryOf } : {}) };
  return api.options.fetch(api.url('/api/chat/message'), {
    ...common,
    method: 'POST',
    headers: api.headers({ ...accept, 'Content-Type': 'application/json', 'Idempotency-Key': key }),
    body: JSON.stringify(body),
  });
}

function decode(event: SseEvent): TurnEvent | null {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch {
    return null;
  }
  if (!isRecord(data)) return null;
  if (event.event === 'delta') return { type: 'delta', text: String(data['text'] ?? '') };
  const known = ['started', 'tool', 'receipt', 'done', 'error'] as const;
  const type = known.find((name) => name === event.event);
  return type ? { type, data } : null;
}

/** Reads one connection to its end. Returns 'ended', 'idle', 'restart' or 'cut'. */
async function readOnce(
  tools: TurnTools,
  turn: TurnRequest,
  lastId: string | null,
  seen: (id: string | null) => void,
): Promise<'ended' | 'idle' | 'restart' | 'cut'> {
  const line = new AbortController();
  const leave = () => line.abort();
  turn.signal.addEventListener('abort', leave);
  let watchdog = setTimeout(leave, silenceMaxMs);
  try {
    const response = await request(tools, turn, lastId, line.signal);
    if (response.status === 204) return 'idle';
    if (!response.ok || !response.body) throw await errorOf(response);
    turn.onLine('live');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parser = new SseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'cut';
      clearTimeout(watchdog);
      watchdog = setTimeout(leave, silenceMaxMs);
      for (const raw of parser.push(decoder.decode(value, { stream: true }))) {
        if (raw.event === 'restart') return 'restart';
        const event = decode(raw);
        seen(raw.id ?? null);
        if (event) turn.onEvent(event);
        if (event?.type === 'done' || event?.type === 'error') return 'ended';
      }
    }
  } finally {
    clearTimeout(watchdog);
    turn.signal.removeEventListener('abort', leave);
    line.abort();
  }
}

/** True when the same request may well succeed a little later. */
function passing(error: unknown): boolean {
  return !(error instanceof ApiError) || [502, 503, 504].includes(error.status);
}

/**
 * Runs the turn to its end. Throws the last ApiError or TypeError when it cannot go on; the
 * visitor's text is the caller's to keep.
 */
export async function runTurn(tools: TurnTools, turn: TurnRequest): Promise<TurnEnd> {
  let lastId: string | null = null;
  let anySeen = false;
  let attempt = 0;
  for (;;) {
    let failure: unknown = null;
    let waitMs: number | null = null;
    try {
      const end = await readOnce(tools, turn, lastId, (id) => {
        lastId = id ?? lastId;
        anySeen = true;
        attempt = 0;
      });
      if (end === 'ended' || end === 'idle') return end;
      if (end === 'restart') waitMs = 200 + tools.random() * 1000;
    } catch (error) {
      failure = error;
    }
    if (turn.signal.aborted) return 'left';
    if (failure && !passing(failure)) throw failure;
    if (failure instanceof ApiError && failure.retryAfterMs !== null) {
      waitMs = Math.min(10_000, failure.retryAfterMs + tools.random() * 500);
    }
    attempt += 1;
    if (attempt > (anySeen ? resumeAttemptsMax : firstAttemptsMax)) {
      throw failure ?? new TypeError('connection lost');
    }
    turn.onLine('lost');
    await tools.sleep(waitMs ?? backoffMs(attempt - 1, tools.random()), turn.signal);
    if (turn.signal.aborted) return 'left';
  }
}
