// The three wire formats, as event texts and whole answers.

const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const tokens = (text) => Math.ceil(text.length / 4);

const claudeModel = 'claude-test';
const message = (content, stop, usage) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: claudeModel,
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage,
});

export const anthropic = {
  start: () => [
    event('message_start', {
      type: 'message_start',
      message: message([], null, { input_tokens: 12, output_tokens: 1 }),
    }),
    event('content_block_start', {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'text', text: '' },
    }),
    event('ping', { type: 'ping' }),
  ],
  delta: (text) => [
    event('content_block_delta', {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text },
    }),
  ],
  end: (said) => [
    event('content_block_stop', { type: 'content_block_stop', index: 0 }),
    event('message_delta', {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: tokens(said) },
    }),
    event('message_stop', { type: 'message_stop' }),
  ],
  whole: (said) =>
    message([{ type: 'text', text: said }], 'end_turn', {
      input_tokens: 12,
      output_tokens: tokens(said),
    }),
  error: (type) => ({ type: 'error', error: { type: `${type}_error`, message: 'Overloaded' } }),
};

const chunk = (delta, finish = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-test',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const chatUsage = (said) => ({
  prompt_tokens: 12,
  completion_tokens: tokens(said),
  total_tokens: 12 + tokens(said),
});

export const chatCompletions = {
  start: () => [data(chunk({ role: 'assistant', content: '' }))],
  delta: (text) => [data(chunk({ content: text }))],
  end: (said) => [
    data(chunk({}, 'stop')),
    data({ ...chunk({}), choices: [], usage: chatUsage(said) }),
    'data: [DONE]\n\n',
  ],
  whole: (said) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-test',
    choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }],
    usage: chatUsage(said),
  }),
  error: (type) => ({ error: { type, code: type, message: 'Overloaded' } }),
};

const response = (status, output, usage = null) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status,
  model: 'gpt-test',
  output,
  usage,
});
const item = (said, status) => ({
  id: 'item_1',
  type: 'message',
  role: 'assistant',
  status,
  content: said === null ? [] : [{ type: 'output_text', text: said, annotations: [] }],
});
const responseUsage = (said) => ({
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: tokens(said),
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 12 + tokens(said),
});

export const responses = {
  start: () => [
    event('response.created', {
      type: 'response.created',
      sequence_number: 0,
      response: response('in_progress', []),
    }),
    event('response.output_item.added', {
      type: 'response.output_item.added',
      sequence_number: 1,
      output_index: 0,
      item: item(null, 'in_progress'),
    }),
  ],
  delta: (text) => [
    event('response.output_text.delta', {
      type: 'response.output_text.delta',
      sequence_number: 2,
      item_id: 'item_1',
      output_index: 0,
      content_index: 0,
      delta: text,
    }),
  ],
  end: (said) => [
    event('response.output_item.done', {
      type: 'response.output_item.done',
      sequence_number: 3,
      output_index: 0,
      item: item(said, 'completed'),
    }),
    event('response.completed', {
      type: 'response.completed',
      sequence_number: 4,
      response: response('completed', [item(said, 'completed')], responseUsage(said)),
    }),
  ],
  whole: (said) => response('completed', [item(said, 'completed')], responseUsage(said)),
  error: (type) => ({ error: { type, code: type, message: 'Overloaded' } }),
};
