// Adding a CSV or JSON file: checks it here first, sends it with progress, and puts what the server
// found in it into the conversation.

import { type Api, ApiError, type FileInfo } from '../../shared/api';
import { cleanFileName, newId } from '../../shared/text';
import type { Session } from './session';
import type { Message, State, Upload } from './state';
import type { Store } from './store';
import type { Tabs } from './tabs';

export interface UploadDeps {
  api: Api;
  store: Store<State>;
  session: Session;
  tabs: Tabs;
}

export class Uploads {
  private leave = new AbortController();

  constructor(private readonly deps: UploadDeps) {}

  async add(file: File): Promise<void> {
    const { store } = this.deps;
    this.leave.abort();
    this.leave = new AbortController();
    const upload: Upload = { fileName: cleanFileName(file.name), size: file.size, progress: 0 };
    store.update({ upload, view: 'chat' });
    const { sendFile, checkFile, failureOf, isAbort } = await import('./send-file');
    const wrong = checkFile(file.name, file.size, store.get().bot?.uploadMaxBytes ?? 10_485_760);
    if (wrong) return store.update({ upload: { ...upload, failure: wrong } });
    try {
      const { signal } = this.leave;
      const onProgress = (progress: number) =>
        store.update((state) => (state.upload ? { upload: { ...state.upload, progress } } : {}));
      this.show(await sendFile(this.deps, file, { signal, onProgress }), true);
    } catch (error) {
      if (!isAbort(error)) store.update({ upload: { ...upload, ...failureOf(error) } });
    }
  }

  cancel(): void {
    this.leave.abort();
    this.deps.store.update({ upload: null });
  }

  /** Shows the file the session already has, after a reload. */
  async restore(): Promise<void> {
    const { api, session } = this.deps;
    if (!session.id) return;
    try {
      this.show(await api.fileInfo(session.id), false);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async remove(): Promise<void> {
    const { api, store, session, tabs } = this.deps;
    if (!session.id) return;
    try {
      await api.deleteFile(session.id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
    tabs.announce('file', session.id);
    store.update((state) => ({
      file: null,
      messages: state.messages.filter((message) => message.author !== 'file'),
    }));
  }

  private show(file: FileInfo, fresh: boolean): void {
    const { store, tabs } = this.deps;
    const at = fresh ? Date.now() : Date.parse(file.uploadedAt ?? '') || Date.now();
    const message: Message = {
      key: newId(),
      author: 'file',
      text: cleanFileName(file.fileName),
      at,
      state: 'done',
      file,
    };
    store.update((state) => {
      const others = state.messages.filter((one) => one.author !== 'file');
      const index = fresh ? -1 : others.findIndex((one) => one.at > at);
      const place = index < 0 ? others.length : index;
      const messages = [...others.slice(0, place), message, ...others.slice(place)];
      return { file, upload: null, messages };
    });
    const { sessionId } = store.get();
    if (fresh && sessionId) tabs.announce('file', sessionId);
  }
}
