// The vendors' own SDKs read our fixtures: if they see in them what our adapters are tested to
// see, the fixtures are true to the wire format.
//
//   npm ci && npm test        (needs build/dev/tests/parley_fake_upstream, or FAKE_UPSTREAM=<path>)
import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program =
  process.env.FAKE_UPSTREAM ?? here('../../../build/dev/tests/parley_fake_upstream');

const text = 'Hello, wörld 🎉!\n\nLine — two.';
const surrogates = 'A 🎉 B \ufffd C \ufffd';
const pieces = ['', '@1', '@7'];

let server;
let anthropic;
let openai;

before(async () => {
  server = spawn(program, [here('../fixtures')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stdout.once('data', (line) => resolve(/http:\S+/.exec(String(line))[0]));
  });
  anthropic = new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: 0 });
  openai = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, maxRetries: 0 });
});

after(() => server.stdin.end());

const user = [{ role: 'user', content: 'Hello' }];

/** Claude's final message, as the SDK puts it together from the stream. */
const claude = (model) =>
  anthropic.messages.stream({ model, max_tokens: 1000, messages: user }).finalMessage();

const claudeText = (message) =>
  message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

/** The terminal response of a Responses stream, with the text of its deltas. */
async function responses(model) {
  const stream = await openai.responses.create({ model, input: 'Hello', stream: true });
  let deltas = '';
  let last;
  for await (const event of stream) {
    if (/^response\.(output_text|refusal)\.delta$/.test(event.type)) deltas += event.delta;
    last = event;
  }
  return { deltas, ...last };
}

/** A chat completion, put together from its chunks. */
async function chat(model) {
  const stream = await openai.chat.completions.create({ model, messages: user, stream: true });
  const out = { text: '', refusal: '', calls: [], finish: null, usage: null };
  for await (const chunk of stream) {
    const choice = chunk.choices?.[0];
    out.text += choice?.delta?.content ?? '';
    out.refusal += choice?.delta?.refusal ?? '';
    for (const call of choice?.delta?.tool_calls ?? []) {
      const known = (out.calls[call.index] ??= { id: call.id, name: '', arguments: '' });
      known.name += call.function?.name ?? '';
      known.arguments += call.function?.arguments ?? '';
    }
    out.finish = choice?.finish_reason ?? out.finish;
    out.usage = chunk.usage ?? out.usage;
  }
  return out;
}

for (const piece of pieces) {
  test(`claude text${piece}`, async () => {
    const message = await claude(`text${piece}`);
    assert.equal(claudeText(message), text);
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.input_tokens, 80);
    assert.equal(message.usage.cache_read_input_tokens, 15);
    assert.equal(message.usage.cache_creation_input_tokens, 5);
    assert.equal(message.usage.output_tokens, 12);
  });

  test(`responses text${piece}`, async () => {
    const end = await responses(`text${piece}`);
    assert.equal(end.deltas, text);
    assert.equal(end.type, 'response.completed');
    assert.equal(end.response.usage.input_tokens, 100);
    assert.equal(end.response.usage.input_tokens_details.cached_tokens, 15);
    assert.equal(end.response.usage.output_tokens_details.reasoning_tokens, 4);
  });

  test(`chat text${piece}`, async () => {
    const end = await chat(`text${piece}`);
    assert.equal(end.text, text);
    assert.equal(end.finish, 'stop');
    assert.equal(end.usage.prompt_tokens, 100);
    assert.equal(end.usage.completion_tokens, 12);
    assert.equal(end.usage.completion_tokens_details.reasoning_tokens, 4);
  });
}

test('tool calls', async () => {
  const message = await claude('tool_calls@3');
  assert.equal(message.stop_reason, 'tool_use');
  assert.equal(claudeText(message), 'Let me look.');
  const uses = message.content.filter((block) => block.type === 'tool_use');
  assert.deepEqual(uses.map((use) => [use.id, use.name, use.input]), [
    ['toolu_01', 'search_file', { query: 'Berlin 🎉' }],
    ['toolu_02', 'list_files', {}],
  ]);
  assert.deepEqual(message.content[0], { type: 'thinking', thinking: '', signature: 'c2ln' });

  const end = await responses('tool_calls@3');
  const calls = end.response.output.filter((item) => item.type === 'function_call');
  assert.deepEqual(calls.map((call) => [call.call_id, call.name, JSON.parse(call.arguments)]), [
    ['call_01', 'search_file', { query: 'Berlin 🎉' }],
    ['call_02', 'list_files', {}],
  ]);

  const chunks = await chat('tool_calls@3');
  assert.equal(chunks.finish, 'tool_calls');
  assert.deepEqual(chunks.calls[0].id, 'call_01');
  assert.deepEqual(JSON.parse(chunks.calls[0].arguments), { query: 'Berlin 🎉' });
  assert.deepEqual(chunks.calls[1], { id: 'call_02', name: 'list_files', arguments: '' });
});

test('the SDK\'s own accumulator agrees on chat tool calls', async () => {
  const stream = openai.chat.completions.stream({ model: 'tool_calls', messages: user });
  const completion = await stream.finalChatCompletion();
  const [call] = completion.choices[0].message.tool_calls;
  assert.equal(call.function.name, 'search_file');
  assert.deepEqual(JSON.parse(call.function.arguments), { query: 'Berlin 🎉' });
});

test('split surrogates', async () => {
  assert.equal(claudeText(await claude('surrogates@1')).toWellFormed(), surrogates);
  assert.equal((await responses('surrogates@1')).deltas.toWellFormed(), surrogates);
  assert.equal((await chat('surrogates@1')).text.toWellFormed(), surrogates);
});

test('finishes', async () => {
  assert.equal((await claude('length')).stop_reason, 'max_tokens');
  assert.equal((await claude('refusal')).stop_reason, 'refusal');
  assert.deepEqual((await claude('empty')).content, []);
  const length = await responses('length');
  assert.equal(length.type, 'response.incomplete');
  assert.equal(length.response.incomplete_details.reason, 'max_output_tokens');
  assert.equal((await responses('refusal')).deltas, 'I cannot');
  assert.equal((await responses('failed')).type, 'response.failed');
  assert.equal((await chat('length')).finish, 'length');
  const refusal = await chat('refusal');
  assert.equal(refusal.refusal, 'I cannot');
  assert.equal(refusal.finish, 'stop');
});

test('errors inside the stream', async () => {
  for (const name of ['error_before_text', 'error_after_text']) {
    await assert.rejects(claude(name), /overloaded_error/i);
    await assert.rejects(responses(name), /Overloaded/);
    await assert.rejects(chat(name), /Overloaded/);
  }
});

test('error statuses', async () => {
  for (const status of [400, 401, 429, 529]) {
    const has = (error) => error.status === status;
    await assert.rejects(claude(String(status)), has);
    await assert.rejects(responses(String(status)), has);
    await assert.rejects(chat(String(status)), has);
  }
});

test('unknown events', async () => {
  assert.equal((await responses('unknown')).deltas, 'Hello');
  assert.equal((await chat('unknown')).text, 'Hello');
});
