import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api, SessionView } from '../shared/api';
import { Session, type SessionDeps } from '../chat/model/session';
import type { State } from '../chat/model/state';
import { Store } from '../chat/model/store';
import { Host } from '../chat/host/host';
import { readSettings, splitConfig } from '../chat/settings';
import type { Parts } from '../chat/start';
import { readSettings as readTag } from '../embed/settings';
import { openBox } from '../shared/storage';

const id = '00000000-0000-4000-8000-000000000000';

function token(sub: string): string {
  return `e30.${btoa(JSON.stringify({ sub })).replace(/=+$/, '')}.sig`;
}

function box() {
  return openBox(() => {
    throw new Error('blocked');
  });
}

/** A panel's session on `local`, which outlives it as localStorage does. */
function makeSession(local: SessionDeps['local'], perTab = box()) {
  const created: (string | null)[] = [];
  const store = new Store({ sessionId: null, messages: [], config: {} } as unknown as State);
  let answer: (view: SessionView) => void = () => {};
  const api = {
    createSession: (_config: object, identity: string | null) => {
      created.push(identity);
      return Promise.resolve({ sessionId: id, visitorToken: 't', config: {} });
    },
    session: () => new Promise<SessionView>((resolve) => (answer = resolve)),
  } as unknown as Api;
  const tabs = { onTokenAsked: null, askToken: () => Promise.resolve(null) };
  const session = new Session({
    api,
    store,
    local,
    perTab,
    tabs: tabs as unknown as SessionDeps['tabs'],
    scope: 'page',
    onCreated: () => {},
  });
  const reply = () => answer({ sessionId: id, messages: [], config: {} });
  return { session, store, created, reply };
}

test('the identity is sent when a session is created', async () => {
  const { session, created } = makeSession(box());
  session.setUser(token('ada'));
  await session.ensure();
  assert.deepEqual(created, [token('ada')]);
});

test('the same person keeps the session, whatever the token', async () => {
  const local = box();
  const first = makeSession(local);
  first.session.setUser(token('ada'));
  await first.session.ensure();
  first.session.setUser(`${token('ada')}2`);
  assert.equal(first.session.id, id);

  const later = makeSession(local);
  later.session.setUser(token('ada'));
  const restored = later.session.restore();
  await new Promise(setImmediate);
  later.reply();
  assert.equal((await restored)?.sessionId, id);
});

test('another person on the same browser never sees the former session', async () => {
  for (const next of [token('eve'), '', 'no token']) {
    const local = box();
    const first = makeSession(local);
    first.session.setUser(token('ada'));
    await first.session.ensure();
    const later = makeSession(local);
    later.session.setUser(next);
    assert.equal(await later.session.restore(), null);
  }
});

test('a person who becomes known while the session is restored does not get it', async () => {
  const local = box();
  const first = makeSession(local);
  first.session.setUser(token('ada'));
  await first.session.ensure();
  const later = makeSession(local);
  const restored = later.session.restore();
  await new Promise(setImmediate);
  later.session.setUser(token('eve'));
  later.reply();
  assert.equal(await restored, null);
  assert.equal(later.session.id, null);
});

test('what a person wrote and did not send is never sent as somebody else', async () => {
  const local = box();
  const perTab = box();
  const first = makeSession(local, perTab);
  first.session.setUser(token('ada'));
  for (const name of ['outbox', 'draft']) perTab.set(first.session.key(name), 'mine');
  makeSession(local, perTab).session.setUser(token('eve'));
  for (const name of ['outbox', 'draft']) assert.equal(perTab.get(first.session.key(name)), null);
});

test('who signs in before the first message keeps what was written', () => {
  const perTab = box();
  const { session, store } = makeSession(box(), perTab);
  perTab.set(session.key('outbox'), 'mine');
  const written = [{ key: 'a', text: 'hello' }] as unknown as State['messages'];
  store.update({ messages: written });
  session.setUser(token('ada'));
  assert.equal(perTab.get(session.key('outbox')), 'mine');
  assert.equal(store.get().messages, written);
});

test('an identity is no setting, and none is taken from an address', () => {
  assert.deepEqual(splitConfig({ identity: 'x', botName: 'Ada' }).config, { botName: 'Ada' });
  const query = `?config=${encodeURIComponent('{"identity":"x","botName":"Ada"}')}`;
  assert.deepEqual(readSettings(query, true).config, { botName: 'Ada' });
});

test("what stands on the tag reaches the session through the page's door", () => {
  const tag = {
    src: 'https://chat.example/static/widget/chatbot.js',
    dataset: { identity: 'jwt' },
  };
  const page = { baseURI: 'https://shop.example/', documentElement: { lang: '' } };
  const { config } = readTag(
    tag as unknown as HTMLScriptElement,
    undefined,
    page as unknown as Document,
  );
  const said: string[] = [];
  const ignore = () => {};
  const state = { config: {}, options: {} };
  const host = new Host({
    win: { document: { addEventListener: ignore }, addEventListener: ignore },
    origin: null,
    store: {
      subscribe: ignore,
      get: () => state,
      update: (change: (old: object) => object) => Object.assign(state, change(state)),
    },
    session: {
      id: null,
      setUser: (token: string) => said.push(token),
      key: (name: string) => name,
    },
    local: { get: () => null },
  } as unknown as Parts);
  host.configure(config);
  assert.deepEqual(said, ['jwt']);
  assert.deepEqual(state.config, {});
});
