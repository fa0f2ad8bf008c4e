// How cost grows with what is stored and with what goes on at once: five tables.
import * as datasets from './growth/datasets.mjs';
import * as messages from './growth/messages.mjs';
import * as sessions from './growth/sessions.mjs';
import * as streams from './growth/streams.mjs';
import * as tenants from './growth/tenants.mjs';

export async function measure() {
  const rows = [];
  for (const table of [messages, sessions, tenants, datasets, streams]) {
    rows.push(...(await table.measure()));
  }
  return rows;
}
