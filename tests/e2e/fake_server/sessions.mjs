// Conversations in memory, with running answers as replayable lists of numbered events.

import { randomUUID } from 'node:crypto';
import { scriptFor } from '../support/scripts.mjs';
import { sleep } from '../support/deltas.mjs';
import { dataAnswers, inMessage } from './receipts.mjs';

export class Turn {
  constructor(seq) {
    this.seq = seq;
    this.events = [];
    this.ended = false;
    this.listeners = new Set();
    this.stopper = new AbortController();
  }

  emit(event, data) {
    const id = `${this.seq}.${this.events.length + 1}`;
    const text = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.events.push(text);
    this.ended = event === 'done' || event === 'error';
    for (const listener of [...this.listeners]) listener(text);
  }
}

export class Session {
  constructor(config, gate) {
    this.gate = gate;
    this.id = randomUUID();
    this.token = randomUUID() + randomUUID();
    this.config = config;
    this.messages = [];
    this.seq = 0;
    this.files = [];
    this.receipts = new Map();
    this.turns = new Map();
    this.running = null;
    this.queue = Promise.resolve();
    this.calls = 0;
  }

  /** The newest CSV file, as data answers read it; null if there is none. */
  get data() {
    const newest = this.files.filter(({ info }) => info.fileType === 'csv').at(-1);
    if (!newest) return null;
    const [{ table, cells }] = Object.values(newest.data);
    return { ...newest.info, head: table.columns.map(({ name }) => name), rows: cells };
  }

  /** Starts or finds the turn of an Idempotency-Key. */
  turn(key, message, retryOf) {
    const known = this.turns.get(key);
    if (known) return known;
    const turn = new Turn(0);
    this.turns.set(key, turn);
    this.queue = this.queue.then(() => this.answer(turn, message, retryOf));
    return turn;
  }

  userMessage(message, retryOf) {
    if (retryOf) {
      const at = this.messages.findIndex((one) => one.messageId === retryOf);
      if (at >= 0) this.messages.splice(at + 1);
      if (at >= 0) return this.messages[at];
    }
    const user = {
      role: 'user',
      content: message,
      timestamp: Date.now(),
      messageId: randomUUID(),
      seq: ++this.seq,
    };
    this.messages.push(user);
    return user;
  }

  async answer(turn, message, retryOf) {
    this.calls += 1;
    const user = this.userMessage(message, retryOf);
    const { messageId, seq, content, timestamp } = user;
    const base = { messageId: randomUUID(), seq: ++this.seq, provider: 'demo', model: 'demo-1' };
    turn.seq = base.seq;
    this.running = turn;
    turn.emit('started', {
      ...base,
      sessionId: this.id,
      userMessage: { messageId, seq, content, timestamp },
    });
    const said = await this.speak(turn, user.content);
    this.running = null;
    if (said === null) return;
    const { text, finish, receipts } = said;
    const at = Date.now();
    this.messages.push({
      role: 'assistant',
      content: text,
      timestamp: at,
      messageId: base.messageId,
      seq: base.seq,
      finish,
      ...(receipts ? { receipts: receipts.map(inMessage) } : {}),
    });
    turn.emit('usage', { inputTokens: 10, cachedTokens: 0, outputTokens: 10, reasoningTokens: 0 });
    turn.emit('done', {
      ...base,
      finish,
      messageCount: this.messages.length,
      responseTimeMs: 12,
      timestamp: at,
    });
  }

  /** Reads the session's file and says what it found. */
  async speakData(turn, found, held) {
    const { signal } = turn.stopper;
    const look = { id: 'call-look', name: 'describe_data', label: 'Looking at the columns' };
    turn.emit('tool', { ...look, status: 'running' });
    turn.emit('tool', { ...look, status: 'done' });
    for (const { receipt, label } of found) {
      const tool = { id: `call-${receipt.receiptId}`, name: 'query_data', label };
      turn.emit('tool', { ...tool, status: 'running' });
      if (held) await this.gate.passed(signal);
      turn.emit('tool', { ...tool, status: 'done' });
      turn.emit('receipt', { ...receipt, callId: tool.id });
    }
    const text = found.map((one) => one.text).join('');
    for (const piece of text.split(/(?<= )/)) turn.emit('delta', { text: piece });
    return { text, finish: 'stop', receipts: found.map((one) => one.receipt) };
  }

  /** Says the script; null if it failed. */
  async speak(turn, message) {
    const { signal } = turn.stopper;
    let text = '';
    const found = dataAnswers(this, message);
    if (found.length) return this.speakData(turn, found, /\[\[wait\]\]/.test(message));
    if (/\[\[tool\]\]/.test(message)) {
      const tool = { id: 't1', name: 'search', label: 'Searching orders.csv for "Berlin"' };
      turn.emit('tool', { ...tool, status: 'running' });
      await sleep(300, signal);
      turn.emit('tool', { ...tool, status: 'done' });
    }
    for (const step of scriptFor(message)) {
      if (signal.aborted) return { text, finish: 'stopped' };
      if (step.wait) await sleep(step.wait, signal);
      if (step.hold) await this.gate.passed(signal);
      if (step.cut) return { text, finish: 'truncated' };
      if (step.error) {
        turn.emit('error', {
          error: 'The assistant is busy right now.',
          details: 'upstream said 529',
          code: step.error,
          retryable: true,
          requestId: 'req-fake-1',
        });
        return null;
      }
      if (step.text && !signal.aborted) {
        text += step.text;
        turn.emit('delta', { text: step.text });
      }
    }
    return { text, finish: signal.aborted ? 'stopped' : 'stop' };
  }
}

export class Sessions {
  constructor(gate) {
    this.gate = gate;
    this.all = new Map();
  }

  create(config) {
    const session = new Session(config, this.gate);
    this.all.set(session.id, session);
    return session;
  }
}
