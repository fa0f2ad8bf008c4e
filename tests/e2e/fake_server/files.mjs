// The routes of files: upload with the progress of reading, list, delete, queries and receipts.

import { sessionOf } from './api.mjs';
import { forgetRows, getReceipt, runReceipt } from './receipts.mjs';
import { readBody, sendJson } from './server.mjs';
import { importFile, previewRows } from './tables.mjs';

const uuid = '([0-9a-f-]{36})';

/** What of a multipart body the widget sends: the session and one file. */
function partsOf(body) {
  const id = /name="sessionId"\r\n\r\n([^\r]*)/.exec(body)?.[1] ?? '';
  const head = /filename="([^\r\n]*)"\r\n[^\r]*\r\n\r\n/.exec(body);
  const start = head ? head.index + head[0].length : 0;
  const content = body.slice(start, body.lastIndexOf('\r\n------'));
  const fileName = decodeURIComponent((head?.[1] ?? '').replace(/%(?!22|0A|0D)/g, '%25'));
  return { id, fileName, content };
}

const sameName = (one, other) => one.toLowerCase() === other.toLowerCase();

function refusal(context, session, fileName) {
  const filesMax = context.options.filesMax ?? 5;
  const others = session.files.filter(({ info }) => !sameName(info.fileName, fileName));
  if (filesMax === 1 || others.length < filesMax) return null;
  return { error: `A session can have at most ${filesMax} files. Delete one first.` };
}

function store(context, session, imported) {
  const { fileName } = imported.info;
  const alone = (context.options.filesMax ?? 5) === 1;
  const stays = ({ info }) => !alone && !sameName(info.fileName, fileName);
  session.files = [...session.files.filter(stays), imported];
  return { success: true, ...imported.info, sessionId: session.id, message: 'ok' };
}

/** Streams how far the reading is; `options.reading(share)` lets a test hold it. */
async function readAloud(context, response, session, { fileName, content }) {
  const event = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const total = Buffer.byteLength(content);
  for (const share of [0.1, 0.4, 0.8, 1]) {
    event('progress', { phase: 'reading', bytes: Math.round(share * total), total });
    await context.options.reading?.(share);
    if (response.destroyed) return;
  }
  try {
    event('done', store(context, session, importFile(fileName, content)));
  } catch (error) {
    const details = String(error.message);
    event('error', { error: 'Failed to process file', details, status: 400 });
  }
  response.end();
}

async function upload(context, request, response) {
  const parts = partsOf((await readBody(request)).toString('utf8'));
  const session = sessionOf(context, request, response, parts.id);
  if (!session) return;
  const refused = refusal(context, session, parts.fileName);
  if (refused) {
    sendJson(response, 400, refused);
    return;
  }
  const streams = /text\/event-stream/.test(request.headers.accept ?? '');
  if (streams && !context.options.plainUpload) {
    await readAloud(context, response, session, parts);
    return;
  }
  try {
    sendJson(response, 200, store(context, session, importFile(parts.fileName, parts.content)));
  } catch (error) {
    sendJson(response, 400, { error: 'Failed to process file', details: String(error.message) });
  }
}

async function list(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const files = session.files.map(({ info }) => info);
  const filesMax = context.options.filesMax ?? 5;
  sendJson(response, 200, { files, filesMax, uploadMaxBytes: 10_485_760 });
}

async function info(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const newest = session.files.at(-1);
  if (newest) sendJson(response, 200, newest.info);
  else sendJson(response, 404, { error: 'No file uploaded for this session' });
}

async function remove(context, request, response, id, fileId) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const gone = session.files.filter((file) => !fileId || file.info.fileId === fileId);
  session.files = session.files.filter((file) => !gone.includes(file));
  forgetRows(session, gone);
  if (gone.length) sendJson(response, 200, { success: true, message: 'File data deleted' });
  else sendJson(response, 404, { error: 'No file data to delete' });
}

async function query(context, request, response, id) {
  const session = sessionOf(context, request, response, id);
  if (!session) return;
  const body = JSON.parse((await readBody(request)).toString());
  if (body.receiptId) {
    runReceipt(context, session, body, response);
    return;
  }
  const result = previewRows(session.files, body.sql);
  if (result) sendJson(response, 200, result);
  else sendJson(response, 400, { error: 'Query failed', details: 'no such table' });
}

async function receipt(context, request, response, id, receiptId) {
  const session = sessionOf(context, request, response, id);
  if (session) getReceipt(session, response, receiptId);
}

export const fileRoutes = [
  ['POST', /^\/api\/files\/upload$/, upload],
  ['GET', new RegExp(`^/api/files/list/${uuid}$`), list],
  ['GET', new RegExp(`^/api/files/info/${uuid}$`), info],
  ['GET', new RegExp(`^/api/files/receipts/${uuid}/${uuid}$`), receipt],
  ['POST', new RegExp(`^/api/files/sql/${uuid}$`), query],
  ['DELETE', new RegExp(`^/api/files/${uuid}(?:/${uuid})?$`), remove],
];
