// Sends one file with progress. A chunk of its own, loaded with the first upload.

import { ApiError, errorFrom, type FileInfo } from '../../shared/api';
import { isGone } from './session';
import type { Upload } from './state';
import type { UploadDeps } from './upload';

export interface SendOptions {
  signal: AbortSignal;
  /** 0 to 1 while the bytes leave. */
  onProgress(progress: number): void;
}

/** What is wrong with a file before it is sent, or null. */
export function checkFile(name: string, size: number, sizeMax: number): Upload['failure'] | null {
  if (!/\.(csv|json)$/i.test(name)) return 'type';
  if (size === 0) return 'empty';
  return size > sizeMax ? 'size' : null;
}

/** Uploads to the session, or to a new one if it is gone. Throws ApiError or TypeError. */
export async function sendFile(
  deps: UploadDeps,
  file: File,
  options: SendOptions,
  mayRenew = true,
): Promise<FileInfo> {
  const sessionId = await deps.session.ensure();
  try {
    return await post(deps, file, sessionId, options);
  } catch (error) {
    if (!mayRenew || !isGone(error)) throw error;
    deps.session.forget();
    return sendFile(deps, file, options, false);
  }
}

function post(
  { api }: UploadDeps,
  file: File,
  sessionId: string,
  { signal, onProgress }: SendOptions,
): Promise<FileInfo> {
  const form = new FormData();
  form.append('sessionId', sessionId);
  form.append('file', file, file.name);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open('POST', api.url('/api/files/upload'));
    for (const [name, value] of Object.entries(api.headers()))
      request.setRequestHeader(name, value);
    request.upload.onprogress = (event) =>
      onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    request.onerror = () => reject(new TypeError('network'));
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status === 200 && body) return resolve(body as unknown as FileInfo);
      const id = request.getResponseHeader('x-request-id') ?? '';
      reject(errorFrom(request.status, body, id, null));
    };
    if (signal.aborted) return request.onabort(new ProgressEvent('abort'));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function failureOf(error: unknown): Pick<Upload, 'failure' | 'details'> {
  if (!(error instanceof ApiError)) return { failure: 'network' };
  const details = [error.details || error.message, error.requestId].filter(Boolean).join(' · ');
  if (error.status === 413) return { failure: 'size', details };
  return { failure: error.status === 400 ? 'unreadable' : 'failed', details };
}
