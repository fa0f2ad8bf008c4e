// A scripted AI provider: Anthropic Messages, OpenAI Chat Completions and Responses, streamed or
// not. What it says is chosen by the marker in the last visitor message (support/scripts.mjs).

import http from 'node:http';
import { scriptFor } from '../support/scripts.mjs';
import { sleep } from '../support/deltas.mjs';
import { anthropic, chatCompletions, responses } from './dialects.mjs';

const dialects = [
  [/\/messages$/, anthropic],
  [/\/chat\/completions$/, chatCompletions],
  [/\/responses$/, responses],
];

async function readJson(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || '{}');
}

function textOf(content) {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

/** The text of the last message of the user in any of the three request shapes. */
export function lastUserText(body) {
  const list = body.messages ?? (Array.isArray(body.input) ? body.input : []);
  if (typeof body.input === 'string') return body.input;
  const users = list.filter((message) => message.role === 'user' && textOf(message.content));
  return textOf(users[users.length - 1]?.content);
}

async function stream(dialect, steps, response, { signal, gate }) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const send = (events) => events.forEach((event) => response.write(event));
  send(dialect.start());
  let said = '';
  for (const step of steps) {
    if (signal.aborted) return;
    if (step.wait) await sleep(step.wait, signal);
    if (step.hold) await gate.passed(signal);
    if (step.cut) {
      response.destroy();
      return;
    }
    if (step.text) {
      said += step.text;
      send(dialect.delta(step.text));
    }
  }
  send(dialect.end(said));
  response.end();
}

async function whole(dialect, steps, response, { signal, gate }) {
  for (const step of steps) {
    if (step.wait) await sleep(step.wait, signal);
    if (step.hold) await gate.passed(signal);
  }
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(dialect.whole(steps.map((step) => step.text ?? '').join(''))));
}

/** `gate`: what `hold` steps wait for. */
export async function startFakeUpstream(gate) {
  const calls = [];
  const server = http.createServer(async (request, response) => {
    const dialect = dialects.find(([pattern]) => pattern.test(request.url.split('?')[0]))?.[1];
    if (!dialect) return response.writeHead(404).end('{}');
    const body = await readJson(request);
    const leave = new AbortController();
    response.on('close', () => leave.abort());
    calls.push({ url: request.url, body });
    const steps = scriptFor(lastUserText(body));
    const failure = steps.find((step) => step.error);
    if (failure) {
      response.writeHead(529, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(dialect.error(failure.error)));
    }
    return body.stream
      ? stream(dialect, steps, response, { signal: leave.signal, gate })
      : whole(dialect, steps, response, { signal: leave.signal, gate });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}
