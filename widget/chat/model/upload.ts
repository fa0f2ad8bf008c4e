// The queue of files on their way to the server: one after another, each with its own card, each
// to be cancelled or dismissed on its own.

import { ApiError } from '../../shared/api';
import type { FileInfo } from '../../shared/dataset';
import { cleanFileName } from '../../shared/text';
import { checkFile, failureOf, filesMaxOf, isAbort, sendFile, type SendTools } from './send-file';
import type { State, Upload } from './state';
import type { Store } from './store';

export interface UploadDeps extends SendTools {
  store: Store<State>;
  /** Asks the server for its list, and with it for the number of files a session may have. */
  refresh(): Promise<void>;
  onStored(file: FileInfo): void;
}

const sizeMaxDefault = 10_485_760;
const nameKey = (name: string) => cleanFileName(name).toLowerCase();

export class UploadQueue {
  private readonly waiting = new Map<string, File>();
  private running: { key: string; leave: AbortController } | null = null;

  constructor(private readonly deps: UploadDeps) {}

  async add(files: readonly File[]): Promise<void> {
    if (files.length > 1 && this.deps.store.get().filesMax === null) await this.learnLimit();
    const { store } = this.deps;
    const sizeMax = store.get().bot?.uploadMaxBytes ?? sizeMaxDefault;
    const { fit, excess } = this.split(files);
    const cards = fit.map((file): Upload => {
      const failure = checkFile(file.name, file.size, sizeMax);
      const card = newCard(file);
      if (failure) return { ...card, failure };
      this.waiting.set(card.key, file);
      return card;
    });
    if (excess[0]) {
      cards.push({ ...newCard(excess[0]), failure: 'tooMany', count: excess.length });
    }
    store.update((state) => ({
      // A new try takes the place of what was said about the last one.
      uploads: [...state.uploads.filter((one) => !one.failure), ...cards],
      view: state.view === 'files' ? 'files' : 'chat',
    }));
    await this.pump();
  }

  /** Cancels an upload in any phase, or dismisses its failure. */
  cancel(key: string): void {
    this.waiting.delete(key);
    if (this.running?.key === key) this.running.leave.abort();
    this.drop(key);
  }

  /** What there is room for: a file of a known name replaces that one and needs none. */
  private split(files: readonly File[]): { fit: File[]; excess: File[] } {
    const { files: stored, filesMax, uploads } = this.deps.store.get();
    if (filesMax === null) return { fit: [...files], excess: [] };
    const coming = uploads.filter((one) => !one.failure);
    const taken = new Set([...stored, ...coming].map((one) => nameKey(one.fileName)));
    // The only file of a session is replaced by whatever comes.
    if (filesMax === 1) taken.clear();
    const fit: File[] = [];
    const excess: File[] = [];
    for (const file of files) {
      const name = nameKey(file.name);
      const fits = taken.has(name) || taken.size < filesMax;
      if (fits) taken.add(name);
      (fits ? fit : excess).push(file);
    }
    return { fit, excess };
  }

  private async learnLimit(): Promise<void> {
    try {
      await this.deps.session.ensure();
      await this.deps.refresh();
    } catch {
      // The server says it again with each file that is one too many.
    }
  }

  private async pump(): Promise<void> {
    for (;;) {
      const next = [...this.waiting].at(0);
      if (this.running || !next) return;
      const [key, file] = next;
      this.waiting.delete(key);
      this.running = { key, leave: new AbortController() };
      await this.send(key, file, this.running.leave.signal);
      this.running = null;
    }
  }

  private async send(key: string, file: File, signal: AbortSignal): Promise<void> {
    this.patch(key, { phase: 'sending', progress: 0 });
    const last: Pick<Upload, 'phase'> = { phase: 'sending' };
    try {
      const stored = await sendFile(this.deps, file, {
        signal,
        onProgress: (now) => {
          last.phase = now.phase;
          this.patch(key, now);
        },
      });
      this.drop(key);
      this.deps.onStored(stored);
    } catch (error) {
      if (!isAbort(error)) this.fail(key, error);
      // Left while reading, without the server's word: it may have been done just before.
      const unsure = last.phase === 'reading' && !(error instanceof ApiError);
      if (unsure) await this.deps.refresh().catch(() => {});
    }
  }

  private fail(key: string, error: unknown): void {
    const filesMax = filesMaxOf(error);
    if (filesMax !== null) this.deps.store.update({ filesMax });
    this.patch(key, failureOf(error));
  }

  private patch(key: string, patch: Partial<Upload>): void {
    this.deps.store.update((state) => ({
      uploads: state.uploads.map((one) => (one.key === key ? { ...one, ...patch } : one)),
    }));
  }

  private drop(key: string): void {
    this.deps.store.update((state) => ({
      uploads: state.uploads.filter((one) => one.key !== key),
    }));
  }
}

let cardsMade = 0;

function newCard(file: File): Upload {
  const fileName = cleanFileName(file.name);
  cardsMade += 1;
  return {
    key: `upload:${cardsMade}`,
    fileName,
    size: file.size,
    phase: 'waiting',
    progress: null,
  };
}
