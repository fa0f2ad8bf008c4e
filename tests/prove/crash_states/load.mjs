// Load for the recorder: every kind of write, and where in the record each was acknowledged.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';

import { Client, newEntry } from '../support/client.mjs';

const filesMax = 5;
const sendsMax = 40; // of one conversation

/** Acknowledged writes: {kind, id, text, at}; at: the length of the record when it was known. */
export class Acknowledged {
  writes = [];

  constructor(record) {
    this.record = record;
  }

  note(kind, id, text = '') {
    this.writes.push({ kind, id, text, at: statSync(this.record).size });
  }
}

/** Clients write until `count` more writes are acknowledged or the server is gone. */
export async function load(base, acknowledged, { clients, count }) {
  const client = new Client(base);
  const end = acknowledged.writes.length + count;
  const visitor = async () => {
    let session;
    let files = 0;
    let sends = sendsMax;
    while (acknowledged.writes.length < end) {
      if (sends++ >= sendsMax) {
        session = await client.createSession();
        acknowledged.note('conversation', session);
        [files, sends] = [0, 0];
      }
      const dice = Math.random();
      if (dice < 0.1 && files < filesMax) await upload(client, acknowledged, session, files++);
      else if (dice < 0.2) await addCustomer(client, acknowledged);
      else await send(client, acknowledged, session);
    }
  };
  await Promise.all(Array.from({ length: clients }, () => visitor().catch(() => {})));
  client.close();
}

async function upload(client, acknowledged, session, number) {
  const rows = Array.from({ length: 50 }, (_, i) => `city ${i},${(i * 7919) % 1000}`);
  const name = `sales-${number}-${randomUUID()}.csv`;
  const { status, body } = await client.upload(session, name, `city,amount\n${rows.join('\n')}\n`);
  if (status === 200) acknowledged.note('file', body.fileId, body.sha256);
}

async function addCustomer(client, acknowledged) {
  const json = { name: 'Ada', email: `${randomUUID()}@example.com`, phone: '5550100', data: {} };
  const { status, body } = await client.post('/api/customer/add/', json);
  if (status === 200) acknowledged.note('customer', body.customer_id, json.email);
}

async function send(client, acknowledged, session) {
  const entry = newEntry(`message ${randomUUID()}`);
  const json = { sessionId: session, message: entry.text };
  const headers = { 'Idempotency-Key': entry.key };
  await client.stream('POST', '/api/chat/message', { json, headers }, ({ name, data }) => {
    if (name === 'started') acknowledged.note('message', data.userMessage.messageId, entry.text);
    if (name === 'done') acknowledged.note('message', data.messageId, `You said: ${entry.text}`);
  });
}
