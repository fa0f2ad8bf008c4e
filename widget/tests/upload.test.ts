import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, filesMaxOf, isAbort, sendFile } from '../chat/model/send-file';
import type { State, Upload } from '../chat/model/state';
import { Store } from '../chat/model/store';
import { UploadQueue } from '../chat/model/upload';
import { ApiError } from '../shared/api';
import type { FileInfo } from '../shared/dataset';

const stored = { fileId: 'f1', fileName: 'a.csv', fileType: 'csv', fileSize: 3, summary: {} };
const fileNamed = (name: string) => Object.assign(new Blob(['a,b']), { name }) as unknown as File;
const later = () => new Promise((resolve) => setImmediate(resolve));

/** An XMLHttpRequest that a test plays the server for. */
class FakeRequest {
  upload: { onprogress?(event: object): void; onload?(): void } = {};
  status = 0;
  responseText = '';
  type = 'application/json';
  headers: Record<string, string> = {};
  sent = false;
  onprogress = () => {};
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  open(): void {}
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return name === 'content-type' ? this.type : null;
  }
  send(): void {
    this.sent = true;
  }
  abort(): void {
    this.onabort();
  }
  say(text: string): void {
    this.status = 200;
    this.type = 'text/event-stream';
    this.responseText += text;
    this.onprogress();
  }
  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload();
  }
}

function send() {
  const request = new FakeRequest();
  const leave = new AbortController();
  const seen: Pick<Upload, 'phase' | 'progress'>[] = [];
  const tools = {
    api: { url: (path: string) => path, headers: (extra: object) => extra },
    session: { ensure: () => Promise.resolve('s'), forget: () => {} },
    makeRequest: () => request,
  };
  const onProgress = (now: Pick<Upload, 'phase' | 'progress'>) => seen.push(now);
  const options = { signal: leave.signal, onProgress };
  const done = sendFile(tools as never, fileNamed('a.csv'), options, false);
  return { request, leave, seen, done };
}

const progress = (bytes: number) =>
  `event: progress\ndata: {"phase":"reading","bytes":${bytes},"total":100}\n\n`;

test('both phases are told, whatever pieces the stream comes in', async () => {
  const { request, seen, done } = send();
  await later();
  assert.equal(request.headers['Accept'], 'text/event-stream');
  request.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 2 });
  request.upload.onload?.();
  const text = `${progress(40)}${progress(100)}event: done\ndata: ${JSON.stringify(stored)}\n\n`;
  for (const letter of text) request.say(letter);
  request.onload();
  assert.deepEqual(await done, stored);
  assert.deepEqual(
    seen.map((one) => `${one.phase} ${one.progress}`),
    ['sending 0.5', 'reading null', 'reading 0.4', 'reading 1'],
  );
});

test('a plain JSON answer is understood, good or bad', async () => {
  const good = send();
  await later();
  good.request.answer(200, stored);
  assert.deepEqual(await good.done, stored);
  const bad = send();
  await later();
  bad.request.answer(400, { error: 'Failed to process file', details: 'line 3' });
  await assert.rejects(bad.done, (error) => failureOf(error).details === 'line 3');
});

test('an error while reading, and a stream that is cut', async () => {
  const failed = send();
  await later();
  failed.request.say('event: error\ndata: {"error":"Failed","details":"line 7","status":400}\n\n');
  failed.request.onload();
  await assert.rejects(failed.done, (error) => {
    assert.deepEqual(failureOf(error), { failure: 'unreadable', details: 'line 7' });
    return true;
  });
  const cut = send();
  await later();
  cut.request.say(progress(40));
  cut.request.onload();
  await assert.rejects(cut.done, (error) => failureOf(error).failure === 'network');
});

test('cancelling works before, while sending and while reading', async () => {
  for (const when of ['before', 'sending', 'reading']) {
    const { request, leave, done } = send();
    if (when !== 'before') await later();
    if (when === 'reading') request.say(progress(40));
    leave.abort();
    await assert.rejects(done, isAbort);
    assert.equal(request.sent, when !== 'before');
  }
});

test("the server's refusals become what a visitor can act on", () => {
  const refused = (status: number, message: string) => new ApiError(status, message, '', '', null);
  const full = refused(400, 'A session can have at most 3 files. Delete one first.');
  assert.equal(filesMaxOf(full), 3);
  assert.equal(failureOf(full).failure, 'tooMany');
  assert.equal(failureOf(refused(413, 'large')).failure, 'size');
  assert.equal(failureOf(refused(503, 'busy')).failure, 'busy');
  assert.equal(failureOf(refused(500, 'oops')).failure, 'failed');
  assert.equal(failureOf(new TypeError('network')).failure, 'network');
});

/** A queue whose requests are answered by the test, newest last. */
function queueWith(state: Partial<State>, learned: Partial<State> = {}) {
  const requests: FakeRequest[] = [];
  const store = new Store({
    view: 'chat',
    bot: null,
    files: [],
    filesMax: 5,
    uploads: [],
    ...state,
  } as unknown as State);
  const queue = new UploadQueue({
    store,
    api: { url: (path: string) => path, headers: () => ({}) } as never,
    session: { ensure: () => Promise.resolve('s'), forget: () => {} } as never,
    makeRequest: () => {
      requests.push(new FakeRequest());
      return requests.at(-1) as never;
    },
    refresh: () => Promise.resolve(store.update(learned)),
    onStored: (file: FileInfo) => store.update((now) => ({ files: [...now.files, file] })),
  });
  const cards = () =>
    store.get().uploads.map((one) => `${one.fileName} ${one.failure ?? one.phase}`);
  return { queue, store, requests, cards };
}

test('files go one after another; one that fails does not hold the others', async () => {
  const { queue, store, requests, cards } = queueWith({});
  void queue.add(['a.csv', 'b.csv', 'c.pdf'].map(fileNamed));
  await later();
  assert.deepEqual(cards(), ['a.csv sending', 'b.csv waiting', 'c.pdf type']);
  assert.equal(requests.length, 1);
  requests[0]!.answer(500, {});
  await later();
  assert.deepEqual(cards(), ['a.csv failed', 'b.csv sending', 'c.pdf type']);
  requests[1]!.answer(200, { ...stored, fileName: 'b.csv' });
  await later();
  assert.deepEqual(cards(), ['a.csv failed', 'c.pdf type']);
  assert.equal(store.get().files.length, 1);
  for (const { key } of store.get().uploads) queue.cancel(key);
  assert.deepEqual(cards(), []);
});

test('cancelling the first lets the next one go', async () => {
  const { queue, store, requests, cards } = queueWith({});
  void queue.add(['a.csv', 'b.csv'].map(fileNamed));
  await later();
  queue.cancel(store.get().uploads[0]!.key);
  await later();
  assert.deepEqual(cards(), ['b.csv sending']);
  assert.equal(requests.length, 2);
});

test('what there is no room for is said once; a known name needs no room', async () => {
  const known = { ...stored, fileName: 'Orders.csv' };
  const { queue, store, cards } = queueWith({ files: [known], filesMax: 2 });
  void queue.add(['orders.CSV', 'b.csv', 'c.csv', 'd.csv'].map(fileNamed));
  await later();
  assert.deepEqual(cards(), ['orders.CSV sending', 'b.csv waiting', 'c.csv tooMany']);
  assert.equal(store.get().uploads[2]?.count, 2);
});

test('the number of files is asked for before several are sent', async () => {
  const { queue, cards } = queueWith({ filesMax: null }, { filesMax: 1 });
  void queue.add(['a.csv', 'b.csv'].map(fileNamed));
  await later();
  await later();
  assert.deepEqual(cards(), ['a.csv sending', 'b.csv tooMany']);
});
