// A Messages API endpoint that repeats what was asked, word by word, or says what it is told to.
import { createServer } from 'node:http';
import { once } from 'node:events';

const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function lastQuestion(body) {
  const { content } = body.messages.at(-1);
  return typeof content === 'string' ? content : content.at(-1).text;
}

const usage = { input_tokens: 1, output_tokens: 5 };

/** The words of its usual answer. */
export const repeat = (question) => `You said: ${question}`.split(/(?= )/);

function* answerOf(words) {
  yield event({
    type: 'message_start',
    message: {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      usage: { ...usage, output_tokens: 1 },
    },
  });
  yield event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  for (const text of words) {
    yield event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  }
  yield event({ type: 'content_block_stop', index: 0 });
  yield event({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { output_tokens: usage.output_tokens },
  });
  yield event({ type: 'message_stop' });
}

/**
 * `gapMs` lies between two events; beyond `burst` of an answer, only between that many. `say` gives
 * the words that answer a question.
 */
export async function startModel({
  gapMs = 0,
  burst = Infinity,
  keepsAlive = true,
  say = repeat,
} = {}) {
  let tokens = 0;
  let running = 0;
  let refused = 0;
  let cut = 0;
  let isDown = false;
  const calls = new Map();
  const server = createServer(async (request, response) => {
    if (isDown) {
      ++refused;
      return request.socket.resetAndDestroy();
    }
    let body = '';
    for await (const bytes of request) body += bytes;
    const question = lastQuestion(JSON.parse(body));
    calls.set(question, (calls.get(question) ?? 0) + 1);
    response.shouldKeepAlive &&= keepsAlive;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    ++running;
    response.on('close', () => {
      --running;
      if (!response.writableEnded) ++cut;
    });
    let number = 0;
    for (const bytes of answerOf(say(question))) {
      if (response.destroyed) return;
      response.write(bytes);
      const waits = ++number <= burst || number % burst === 0;
      if (gapMs > 0 && waits) await new Promise((resolve) => setTimeout(resolve, gapMs));
    }
    tokens += usage.input_tokens + usage.output_tokens;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What it counted for the answers that it gave to their end. */
    tokens: () => tokens,
    /** From now on every call is reset, or none. */
    setDown(value) {
      isDown = value;
    },
    /** Calls that were reset. */
    refused: () => refused,
    /** Answers whose reader left before their end. */
    cut: () => cut,
    /** Answers on their way. */
    running: () => running,
    /** How often it was asked this. */
    calls: (question) => calls.get(question) ?? 0,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
