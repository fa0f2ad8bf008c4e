// The files of the conversation: what the server has, each with a card in the stream; adding,
// removing and looking into them.

import { type Api, ApiError } from '../../shared/api';
import type { FileInfo, FileList, QueryResult } from '../../shared/dataset';
import { cleanFileName } from '../../shared/text';
import type { Session } from './session';
import type { Message, State } from './state';
import type { Store } from './store';
import type { Tabs } from './tabs';
import { previewSql } from './tables';
import { UploadQueue } from './upload';

export interface FilesDeps {
  api: Api;
  store: Store<State>;
  session: Session;
  tabs: Tabs;
  makeRequest(): XMLHttpRequest;
}

const sameFile = (one: FileInfo, other: FileInfo) =>
  one.fileId || other.fileId
    ? one.fileId === other.fileId
    : one.fileName === other.fileName && one.uploadedAt === other.uploadedAt;

const addedAt = (file: FileInfo) => Date.parse(file.uploadedAt ?? '') || 0;

/** True if `next` takes the place of `old`: the same name, or one file per session. */
const replaces = (next: FileInfo, old: FileInfo) =>
  !next.fileId || old.fileName.toLowerCase() === next.fileName.toLowerCase();

export class Files {
  private readonly queue: UploadQueue;
  /** Counts what this tab added and removed: a list asked for before that is stale. */
  private changes = 0;

  constructor(private readonly deps: FilesDeps) {
    const { store, session, api, makeRequest } = deps;
    const refresh = () => this.refresh();
    const onStored = (file: FileInfo) => this.show(file);
    this.queue = new UploadQueue({ store, session, api, makeRequest, refresh, onStored });
    deps.tabs.onFiles = (sessionId) => {
      if (sessionId === session.id) this.refresh().catch(() => {});
    };
  }

  add(files: readonly File[]): void {
    void this.queue.add(files);
  }

  cancel(key: string): void {
    this.queue.cancel(key);
  }

  /**
   * Takes the server's list: new files get their card by the time they were added, cards of files
   * that are gone go. Throws ApiError or TypeError.
   */
  async refresh(): Promise<void> {
    const { session, store } = this.deps;
    if (!session.id) return store.update({ files: [] });
    const { changes } = this;
    const list = await this.list(session.id);
    if (changes !== this.changes) return this.refresh();
    store.update((state) => {
      const known = (file: FileInfo) => state.files.some((one) => sameFile(one, file));
      const stays = (message: Message) =>
        !message.file || list.files.some((one) => sameFile(one, message.file!));
      const cards = list.files.filter((file) => !known(file)).map((file) => cardOf(file));
      const messages = [...state.messages.filter(stays)];
      for (const card of cards) {
        const later = messages.findIndex((one) => one.at > card.at);
        messages.splice(later < 0 ? messages.length : later, 0, card);
      }
      return { ...list, messages };
    });
  }

  /** Throws ApiError or TypeError; a file that is gone already counts as removed. */
  async remove(file: FileInfo): Promise<void> {
    const { api, session, store, tabs } = this.deps;
    if (!session.id) return;
    const path = file.fileId ? `${session.id}/${encodeURIComponent(file.fileId)}` : session.id;
    try {
      await api.call('DELETE', `/api/files/${path}`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
    this.changes += 1;
    store.update((state) => ({
      files: state.files.filter((one) => !sameFile(one, file)),
      messages: state.messages.filter((one) => !one.file || !sameFile(one.file, file)),
    }));
    tabs.announce('file', session.id);
  }

  /** The first rows of a table, by its name in SQL. Throws ApiError or TypeError. */
  async preview(table: string): Promise<QueryResult> {
    const { api, session } = this.deps;
    const body = { sql: previewSql(table) };
    const answer = await api.call('POST', `/api/files/sql/${session.id}`, body);
    return answer as unknown as QueryResult;
  }

  private async list(sessionId: string): Promise<FileList> {
    const { api } = this.deps;
    try {
      const { files, filesMax } = await api.call('GET', `/api/files/list/${sessionId}`);
      const found = Array.isArray(files) ? (files as FileInfo[]) : [];
      return {
        // In the order they came, as their cards are.
        files: [...found].sort((one, other) => addedAt(one) - addedAt(other)),
        filesMax: Math.max(1, Number(filesMax) || 1),
      };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return this.onlyFile(sessionId);
    }
  }

  /** Of a server without a list: its one file. */
  private async onlyFile(sessionId: string): Promise<FileList> {
    try {
      const file = await this.deps.api.call('GET', `/api/files/info/${sessionId}`);
      return { files: [file as unknown as FileInfo], filesMax: 1 };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return { files: [], filesMax: 1 };
    }
  }

  private show(stored: FileInfo): void {
    const { store, session, tabs } = this.deps;
    this.changes += 1;
    const file = { uploadedAt: new Date().toISOString(), ...stored };
    store.update((state) => ({
      files: [...state.files.filter((one) => !replaces(file, one)), file],
      messages: [
        ...state.messages.filter((one) => !one.file || !replaces(file, one.file)),
        { ...cardOf(file), at: Date.now() },
      ],
    }));
    if (session.id) tabs.announce('file', session.id);
  }
}

function cardOf(file: FileInfo): Message {
  return {
    key: `file:${file.fileId ?? file.uploadedAt}`,
    author: 'file',
    text: cleanFileName(file.fileName),
    at: addedAt(file) || Date.now(),
    state: 'done',
    file,
  };
}
