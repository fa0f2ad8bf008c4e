// Sends one file: first its bytes leave, then the server reads it and tells how far it is. A server
// that answers with plain JSON at the end is understood too.

import { type Api, ApiError, errorFrom } from '../../shared/api';
import type { FileInfo } from '../../shared/dataset';
import { isRecord } from '../../shared/protocol';
import { SseParser, type SseEvent } from '../../shared/sse';
import { isGone, type Session } from './session';
import type { Upload } from './state';

export interface SendTools {
  api: Api;
  session: Session;
  makeRequest(): XMLHttpRequest;
}

export interface SendOptions {
  signal: AbortSignal;
  onProgress(now: Pick<Upload, 'phase' | 'progress'>): void;
}

/** What is wrong with a file before it is sent, or null. */
export function checkFile(name: string, size: number, sizeMax: number): Upload['failure'] | null {
  if (!/\.(csv|tsv|json|jsonl|ndjson)$/i.test(name)) return 'type';
  if (size === 0) return 'empty';
  return size > sizeMax ? 'size' : null;
}

/** Uploads to the session, or to a new one if it is gone. Throws ApiError or TypeError. */
export async function sendFile(
  tools: SendTools,
  file: File,
  options: SendOptions,
  mayRenew = true,
): Promise<FileInfo> {
  const sessionId = await tools.session.ensure();
  try {
    return await post(tools, file, sessionId, options);
  } catch (error) {
    if (!mayRenew || !isGone(error)) throw error;
    tools.session.forget();
    return sendFile(tools, file, options, false);
  }
}

/** Takes the events of the reading phase from a response text that grows. */
class ReadingStream {
  end: SseEvent | null = null;
  private readonly parser = new SseParser();
  private taken = 0;

  constructor(private readonly onProgress: SendOptions['onProgress']) {}

  take(text: string): void {
    const events = this.parser.push(text.slice(this.taken));
    this.taken = text.length;
    for (const event of events) {
      if (event.event === 'done' || event.event === 'error') this.end = event;
      if (event.event === 'progress') this.report(parse(event.data));
    }
  }

  private report(data: Record<string, unknown> | null): void {
    const done = Number(data?.['bytes']);
    const total = Number(data?.['total']);
    const progress = total > 0 && done >= 0 ? Math.min(1, done / total) : null;
    this.onProgress({ phase: 'reading', progress });
  }
}

function post(
  { api, makeRequest }: SendTools,
  file: File,
  sessionId: string,
  { signal, onProgress }: SendOptions,
): Promise<FileInfo> {
  const form = new FormData();
  form.append('sessionId', sessionId);
  form.append('file', file, file.name);
  const request = makeRequest();
  const reading = new ReadingStream(onProgress);
  const streams = () =>
    request.status === 200 &&
    /^text\/event-stream/.test(request.getResponseHeader('content-type') ?? '');
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new DOMException('cancelled', 'AbortError'));
    if (signal.aborted) return cancelled();
    request.open('POST', api.url('/api/files/upload'));
    const headers = api.headers({ Accept: 'text/event-stream' });
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ lengthComputable, loaded, total }) =>
      onProgress({ phase: 'sending', progress: lengthComputable ? loaded / total : null });
    request.upload.onload = () => onProgress({ phase: 'reading', progress: null });
    request.onprogress = () => {
      if (streams()) reading.take(request.responseText);
    };
    request.onabort = cancelled;
    request.onerror = () => reject(new TypeError('network'));
    request.onload = () => {
      try {
        if (streams()) reading.take(request.responseText);
        resolve(outcome(request, streams() ? reading : null));
      } catch (error) {
        reject(error as Error);
      }
    };
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

function outcome(request: XMLHttpRequest, reading: ReadingStream | null): FileInfo {
  const id = request.getResponseHeader('x-request-id') ?? '';
  // A stream without its end was cut on the way.
  if (reading && !reading.end) throw new TypeError('network');
  const body = parse(reading?.end?.data ?? request.responseText);
  const failed = reading ? reading.end?.event === 'error' : request.status !== 200;
  if (body && !failed) return body as unknown as FileInfo;
  const status = reading ? Number(body?.['status']) || 400 : request.status;
  throw errorFrom(status, body, id, null);
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

const byStatus: Partial<Record<number, Upload['failure']>> = {
  400: 'unreadable',
  413: 'size',
  429: 'busy',
  503: 'busy',
};

export function failureOf(error: unknown): Pick<Upload, 'failure' | 'details'> {
  if (!(error instanceof ApiError)) return { failure: 'network' };
  const details = [error.details || error.message, error.requestId].filter(Boolean).join(' · ');
  if (filesMaxOf(error)) return { failure: 'tooMany', details };
  return { failure: byStatus[error.status] ?? 'failed', details };
}

/** The number of files a session can have, if that is what the server refused for; else null. */
export function filesMaxOf(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.status !== 400) return null;
  const found = /at most (\d+) files?/.exec(error.message)?.[1];
  return found ? Number(found) : null;
}
