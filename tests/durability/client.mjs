// What a client of the chat does, and what it notes of it.
import assert from 'node:assert/strict';

/** Reads server-sent events of `response` and calls `onEvent(name, data)`; ends with the body. */
async function readEvents(response, onEvent) {
  const decoder = new TextDecoder();
  let buffered = '';
  for await (const bytes of response.body) {
    buffered += decoder.decode(bytes, { stream: true });
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const lines = buffered.slice(0, end).split('\n');
      buffered = buffered.slice(end + 2);
      const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field('event')) onEvent(field('event'), JSON.parse(field('data')));
    }
  }
}

/** Sends `entry` and notes in it what the server acknowledged. A cut connection is no error here. */
export async function send(base, sessionId, entry) {
  try {
    const response = await fetch(`${base}/api/chat/message`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
        'Idempotency-Key': entry.key,
      },
      body: JSON.stringify({ sessionId, message: entry.text }),
    });
    entry.status = response.status;
    if (response.status !== 200) return;
    await readEvents(response, (name, data) => {
      if (name === 'started') entry.visitor = data.userMessage.messageId;
      if (name === 'done') entry.answer = data.messageId;
      if (name === 'error') entry.error = data.code;
    });
  } catch {
    entry.cut = true;
  }
}

export async function createSession(base) {
  const response = await fetch(`${base}/api/sessions/create`, { method: 'POST' });
  assert.equal(response.status, 201);
  return (await response.json()).sessionId;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
