import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorFrom } from '../shared/api';
import { loadTranslator } from '../shared/i18n';
import { failureOf } from '../chat/model/failure';
import { Outbox } from '../chat/model/outbox';
import { checkFile } from '../chat/model/send-file';
import { answerKey, mergeRestored, type Message } from '../chat/model/state';
import { shapeText, suggestQuestions } from '../chat/model/suggest';
import { applyTurnEvent } from '../chat/model/turn';
import { readSettings } from '../chat/settings';
import { openBox } from '../shared/storage';

const visitor: Message = { key: 'k', author: 'visitor', text: 'hi', at: 1, state: 'sending' };
const answer: Message = {
  key: answerKey('k'),
  author: 'assistant',
  text: '',
  at: 1,
  state: 'waiting',
};

test('events of a turn build the answer', () => {
  let list: readonly Message[] = [visitor, answer];
  const apply = (type: string, data: Record<string, unknown>) => {
    list = applyTurnEvent(list, 'k', { type, data, text: data['text'] } as never);
  };
  apply('started', { messageId: 'a', seq: 2, userMessage: { messageId: 'u', seq: 1 } });
  apply('tool', { id: 't', name: 'search', status: 'running', label: 'Searching' });
  apply('tool', { id: 't', name: 'search', status: 'done', label: 'Found 3' });
  apply('delta', { text: 'Hello ' });
  apply('delta', { text: 'there' });
  apply('done', { finish: 'length' });
  assert.equal(list[0]?.messageId, 'u');
  assert.deepEqual(list[1]?.steps, [{ id: 't', label: 'Found 3', status: 'done' }]);
  assert.equal(list[1]?.text, 'Hello there');
  assert.equal(list[1]?.state, 'length');
});

test('an answer that fails keeps what was said of it', () => {
  const said: Message = {
    ...answer,
    messageId: 'a',
    state: 'streaming',
    text: 'Half of',
    steps: [
      { id: 's', label: 'Reading', status: 'done' },
      { id: 't', label: 'Counting', status: 'running' },
    ],
  };
  const error = { type: 'error', data: { code: 'interrupted', error: 'x' } } as const;
  const [, cut] = applyTurnEvent([visitor, said], 'k', error);
  assert.equal(cut?.text, 'Half of');
  assert.equal(cut?.state, 'truncated');
  assert.equal(cut?.failure?.kind, 'generic');
  assert.deepEqual(
    cut?.steps?.map((step) => step.id),
    ['s'],
  );
  assert.equal(applyTurnEvent([visitor, answer], 'k', error)[1]?.state, 'error');
});

test('only another answer starts from nothing', () => {
  const said: Message = { ...answer, messageId: 'a', state: 'streaming', text: 'Half of' };
  const start = (messageId: string) =>
    applyTurnEvent([visitor, said], 'k', { type: 'started', data: { messageId } })[1]?.text;
  assert.equal(start('a'), 'Half of');
  assert.equal(start('b'), '');
});

test('a message known twice after a reload is shown once', () => {
  const stored: Message = { ...visitor, key: 'm:u', messageId: 'u', state: 'sent' };
  const list = applyTurnEvent([stored, visitor, answer], 'k', {
    type: 'started',
    data: { messageId: 'a', userMessage: { messageId: 'u', seq: 1 } },
  });
  assert.deepEqual(
    list.map((one) => one.key),
    ['k', answer.key],
  );
});

test('the outbox brings unsent messages back with their keys', () => {
  const box = openBox(() => {
    throw new Error('blocked');
  });
  const outbox = new Outbox(box, () => 'outbox');
  outbox.save([visitor, { ...visitor, key: 'sent', state: 'sent' }]);
  assert.deepEqual(new Outbox(box, () => 'outbox').load(), [{ ...visitor, state: 'queued' }]);
  outbox.save([]);
  assert.deepEqual(outbox.load(), []);
});

test('the outbox keeps a question whose answer failed before its first word', () => {
  const box = openBox(() => {
    throw new Error('blocked');
  });
  const asked: Message = { ...visitor, state: 'sent', messageId: 'u' };
  const failure = failureOf(new TypeError('Failed to fetch'));
  const outbox = new Outbox(box, () => 'outbox');
  outbox.save([asked, { ...answer, state: 'error', failure }]);
  const kept = new Outbox(box, () => 'outbox').load();
  assert.deepEqual(kept, [{ ...asked, state: 'failed', failure }]);
  const known = { ...asked, key: 'm:u' };
  assert.deepEqual(mergeRestored([known], kept, []), [known], 'unless the server has it');
  outbox.save([asked, { ...answer, state: 'truncated', failure, text: 'What was' }]);
  assert.deepEqual(new Outbox(box, () => 'outbox').load(), []);
});

test('what a former page left in the outbox stays until it is loaded', () => {
  const box = openBox(() => {
    throw new Error('blocked');
  });
  new Outbox(box, () => 'outbox').save([{ ...visitor, state: 'queued' }]);
  const later: Message = { ...visitor, key: 'later', state: 'queued' };
  const outbox = new Outbox(box, () => 'outbox');
  outbox.save([later]);
  assert.deepEqual(
    outbox.load().map((one) => one.key),
    ['k', 'later'],
  );
  outbox.save([]);
  assert.deepEqual(new Outbox(box, () => 'outbox').load(), []);
});

test('files are checked before they are sent', () => {
  assert.equal(checkFile('a.CSV', 10, 100), null);
  assert.equal(checkFile('a.pdf', 10, 100), 'type');
  assert.equal(checkFile('a.json', 0, 100), 'empty');
  assert.equal(checkFile('a.json', 101, 100), 'size');
});

test('questions are made from real columns', async () => {
  const i18n = await loadTranslator('en');
  await i18n.loadExtras();
  const file = {
    fileName: 'o.csv',
    fileType: 'csv',
    fileSize: 1,
    summary: {
      rowCount: 1000,
      columns: ['order_id', 'date', 'city', 'product', 'total'],
      columnTypes: {
        order_id: 'number',
        date: 'date',
        city: 'string',
        product: 'string',
        total: 'number',
      },
    },
  };
  assert.equal(shapeText(file, i18n), '1,000 rows × 5 columns');
  assert.deepEqual(suggestQuestions(file, i18n), [
    'What is the total by city?',
    'Which product has the highest total?',
    'How did total change over date?',
  ]);
  const priced = {
    ...file,
    summary: {
      rowCount: 1,
      columns: ['city', 'price'],
      columnTypes: { city: 'string', price: 'number' },
    },
  };
  assert.equal(suggestQuestions(priced, i18n)[0], 'What is the total price by city?');
  const odd = {
    ...file,
    summary: { type: 'object', keys: ['a'], dataTypes: {} },
    fileType: 'json',
  };
  assert.deepEqual(suggestQuestions(odd, i18n), ['What is in this file?']);
});

test('settings of the address survive nonsense', () => {
  assert.equal(readSettings('?config=%7Bbroken', true).embedding, 'frame');
  assert.equal(readSettings('?embed=loader', false).embedding, 'page');
  const { config, options } = readSettings(
    `?config=${encodeURIComponent('{"botName":"Z","theme":"blue","lang":"de"}')}`,
    true,
  );
  assert.deepEqual(config, { botName: 'Z' });
  assert.deepEqual(options, { lang: 'de' });
});

test('restoring keeps what is being sent and shows each message once', () => {
  const stored: Message = { ...visitor, key: 'm:u', messageId: 'u', state: 'sent' };
  const kept: Message = { ...stored, key: 'live' };
  const queued: Message = { ...visitor, key: 'early', state: 'queued' };
  const old: Message = { ...visitor, key: 'old', state: 'queued' };
  const keys = (list: readonly Message[]) => list.map((one) => one.key);
  assert.deepEqual(keys(mergeRestored([stored], [queued, old], [kept, queued])), [
    'live',
    'old',
    'early',
  ]);
  assert.deepEqual(keys(mergeRestored([stored], [], [visitor, answer])), ['m:u', 'k', answer.key]);
});

test('at a limit the visitor reads what the tenant says', () => {
  const body = { error: 'Token limit exceeded', message: 'We are closed for today.' };
  const failure = failureOf(errorFrom(429, body, 'r1', null));
  assert.equal(failure.said, 'We are closed for today.');
  assert.equal(failure.kind, 'tooMany');
  const plain = failureOf(errorFrom(429, { error: 'Too many' }, 'r1', '2'));
  assert.equal(plain.said, undefined);
  const list = applyTurnEvent([visitor, { ...answer, messageId: 'a' }], 'k', {
    type: 'error',
    data: { code: 'token_limit', details: 'We are closed for today.', error: 'x' },
  });
  assert.equal(list[1]?.failure?.said, 'We are closed for today.');
});

test('while a person is waited for, no empty answer is shown', () => {
  const done = { type: 'done', data: { finish: 'stop', mode: 'waiting' } } as const;
  assert.deepEqual(applyTurnEvent([visitor, answer], 'k', done), [visitor]);
  const said = { ...answer, text: 'Ada will answer you.' };
  assert.equal(applyTurnEvent([visitor, said], 'k', done)[1]?.text, 'Ada will answer you.');
});

test('what the server does not take of the settings is told to the developer once', (context) => {
  const warn = context.mock.method(console, 'warn', () => {});
  const body = { error: 'Invalid', details: "AI provider 'cluade' is not available." };
  failureOf(errorFrom(503, body, 'r1', null));
  failureOf(errorFrom(400, body, 'r2', null));
  failureOf(errorFrom(400, body, 'r3', null));
  assert.deepEqual(
    warn.mock.calls.map((call) => call.arguments),
    [["Parley: AI provider 'cluade' is not available."]],
  );
});
