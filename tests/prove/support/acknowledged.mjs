// One client of the chat that does a bit of everything and keeps a ledger of what the server
// acknowledged; and the audit of that ledger against what the server has after a fault.
//
// An acknowledgement is the `started` event for a visitor's message, `done` for an answer, and a
// 2xx for all else. What was sent and not acknowledged may be there once, or not at all.
import { randomUUID } from 'node:crypto';

import { newEntry } from './client.mjs';

/** A conversation is left for a new one before its history is too long to be read at once. */
const messagesMax = 300;
const filesMax = 5;

/** Acknowledged writes by kind, and what the audit finds missing, doubled, out of order. */
export class Tally {
  acknowledged = { messages: 0, answers: 0, uploads: 0, sessions: 0, customers: 0 };
  faults = { lost: 0, doubled: 0, inverted: 0, gaps: 0, different: 0 };
  examples = [];

  fault(kind, what) {
    ++this.faults[kind];
    if (this.examples.length < 10) this.examples.push(`${kind}: ${what}`);
  }

  get total() {
    return Object.values(this.acknowledged).reduce((sum, count) => sum + count, 0);
  }
}

/** The server has said that the message is not kept; one whose answer was interrupted is. */
const isTakenBack = ({ error }) => error !== undefined && error !== 'interrupted';

class Conversation {
  sent = [];
  files = new Map(); ///< name → SHA-256

  constructor(id) {
    this.id = id;
  }
}

export class LedgerClient {
  conversations = [];
  customers = [];

  constructor(tally) {
    this.tally = tally;
  }

  /** The conversation it talks in now, or undefined. */
  get conversation() {
    const last = this.conversations.at(-1);
    return last && last.sent.length < messagesMax ? last : undefined;
  }

  /** One act; errors of the connection are the fault under test. */
  async act(client) {
    if (!this.conversation) return this.begin(client);
    const dice = Math.random();
    if (dice < 0.04) return this.begin(client);
    if (dice < 0.12 && this.conversation.files.size < filesMax) return this.upload(client);
    if (dice < 0.2) return this.addCustomer(client);
    return this.talk(client);
  }

  async begin(client) {
    const { status, body } = await client.post('/api/sessions/create');
    if (status !== 201) return;
    ++this.tally.acknowledged.sessions;
    this.conversations.push(new Conversation(body.sessionId));
  }

  async upload(client) {
    const { files, id } = this.conversation;
    const name = `sales-${files.size}-${randomUUID()}.csv`;
    const text = `city,amount\nBerlin,${Math.floor(Math.random() * 1000)}\nRome,7\n`;
    const { status, body } = await client.upload(id, name, text);
    if (status !== 200) return;
    ++this.tally.acknowledged.uploads;
    files.set(name, body.sha256);
  }

  async addCustomer(client) {
    const email = `${randomUUID()}@example.com`;
    const { status } = await client.post('/api/customer/add/', {
      name: 'Ada',
      email,
      phone: '5550100',
      data: {},
    });
    if (status < 200 || status > 299) return;
    ++this.tally.acknowledged.customers;
    this.customers.push(email);
  }

  async talk(client) {
    const conversation = this.conversation;
    const entry = newEntry(`message ${conversation.sent.length} ${randomUUID()}`);
    conversation.sent.push(entry);
    await this.#send(client, conversation, entry);
  }

  async #send(client, conversation, entry) {
    const before = { ...entry };
    await client.send(conversation.id, entry);
    const isKept = entry.visitor && !isTakenBack(entry);
    if (isKept && !before.visitor) ++this.tally.acknowledged.messages;
    if (entry.answer && !before.answer) ++this.tally.acknowledged.answers;
  }

  /** Half of what was cut is sent again with its key, as a client would; the rest stays unknown. */
  async sendAgain(client) {
    for (const entry of this.conversation?.sent.filter((each) => each.isCut) ?? []) {
      if (entry.isLeft || Math.random() < 0.5) {
        entry.isLeft = true;
        continue;
      }
      await this.#send(client, this.conversation, entry);
      if (entry.isCut) this.tally.fault('lost', 'a repeated message was cut without a fault');
    }
  }

  /** Compares all, or only the conversation of now, with what the server has. */
  async audit(client, { all = false } = {}) {
    for (const conversation of all ? this.conversations : this.conversations.slice(-1)) {
      await this.#auditMessages(client, conversation);
      await this.#auditFiles(client, conversation);
    }
  }

  async #auditMessages(client, conversation) {
    const { tally } = this;
    const { status, body } = await client.get(`/api/chat/history/${conversation.id}`);
    if (status !== 200) return tally.fault('lost', `conversation ${conversation.id}: ${status}`);
    const byText = groups(body.messages);
    const byId = new Map(body.messages.map((message) => [message.messageId, message]));
    body.messages.forEach((message, index) => {
      if (message.seq !== index + 1) tally.fault('gaps', `${conversation.id} at ${index + 1}`);
    });
    let last = 0;
    for (const entry of conversation.sent) {
      const found = byText.get(entry.text) ?? [];
      if (found.length > 1) tally.fault('doubled', entry.text);
      if (entry.visitor && found[0]?.messageId !== entry.visitor && !isTakenBack(entry))
        tally.fault('lost', entry.text);
      if (found.length > 0 && found[0].seq < last) tally.fault('inverted', entry.text);
      if (found.length > 0) last = found[0].seq;
      if (!entry.answer) continue;
      const answer = byId.get(entry.answer);
      if (!answer) tally.fault('lost', `the answer to ${entry.text}`);
      else if (answer.content !== `You said: ${entry.text}`) tally.fault('different', entry.text);
      else if (answer.seq !== found[0]?.seq + 1)
        tally.fault('inverted', `the answer to ${entry.text}`);
    }
  }

  async #auditFiles(client, { id, files }) {
    if (files.size === 0) return;
    const { body } = await client.get(`/api/files/list/${id}`);
    const stored = new Map((body.files ?? []).map((file) => [file.fileName, file]));
    for (const [name, sha256] of files) {
      const file = stored.get(name);
      if (!file) this.tally.fault('lost', name);
      else if (file.sha256 !== sha256) this.tally.fault('different', name);
      else {
        const table = file.profile.tables[0].name;
        const { body: result } = await client.query(id, `SELECT count(*) FROM "${table}"`);
        if (result.rows?.[0]?.[0] !== 2)
          this.tally.fault('lost', `rows of ${name}: ${JSON.stringify(result)}`);
      }
    }
  }
}

function groups(messages) {
  const byText = new Map();
  for (const message of messages) {
    byText.set(message.content, [...(byText.get(message.content) ?? []), message]);
  }
  return byText;
}

/** E-mails of all customers that the server has, by the operator's key. */
export async function storedCustomers(client, operatorKey) {
  const emails = [];
  for (let total = 1; emails.length < total;) {
    const { status, body } = await client.get(
      `/api/admin/tenants/localhost/customers?limit=100&offset=${emails.length}`,
      { Authorization: `Bearer ${operatorKey}` },
    );
    if (status !== 200 || body.customers.length === 0) break;
    emails.push(...body.customers.map((customer) => customer.email));
    total = body.total;
  }
  return emails;
}
