// Files nobody means well with: [name, declared type, content] each. `latin1` text or a Buffer.
import { gzipSync } from 'node:zlib';

const csv = 'city,amount\nBerlin,5\nRome,7\n';

const traversals = ['../', '..\\', '....//', '..%2f', '%2e%2e/', '..%5c', '..;/', '.../', './../', '..\u2215', '..\uff0f', '..\u29f5'];
const places = ['etc/passwd', 'data/parley.db', 'windows/win.ini', 'proc/self/environ', 'x'];
const devices = ['CON', 'PRN', 'AUX', 'NUL', 'COM1', 'LPT9', 'CLOCK$', 'con', 'Aux.txt', 'COM\u00b9'];
const marks = ['\u202e', '\u202d', '\u2066', '\u2067', '\u200f', '\u200b', '\u2060', '\ufeff', '\u00ad', '\u061c', '\u180e', '\u2028', '\u2029'];

/** File names as they stand in the form, latin-1. All content is the same harmless table. */
export const names = [
  ...traversals.flatMap((up) => places.map((place) => `${up.repeat(5)}${place}.csv`)),
  ...traversals.map((up) => `${up}x.csv`),
  ...devices.flatMap((device) => [`${device}.csv`, `${device}`, `x.csv:${device}`]),
  ...marks.flatMap((mark) => [`gpj${mark}vsc.csv`, `${mark}.csv`, `x.csv${mark}`]),
  ...['/etc/passwd.csv', '//host/share.csv', '\\\\host\\share.csv', 'C:\\x.csv', 'C:x.csv', 'file:///x.csv',
    '~/x.csv', '~root.csv'],
  ...['x.csv\0.exe', '\0.csv', 'x\0/../y.csv', 'x%00.csv', 'a\tb.csv', 'a\x1b[31m.csv', 'a\x7f.csv', 'a\x08\x08.csv'],
  ...['', '.', '..', '...', '.csv', ' .csv', '. .csv', '.htaccess.csv', '-rf.csv', '--help.csv', '*.csv',
    '?.csv', '|id.csv', '`id`.csv', '$(id).csv', ';id;.csv', "'x'.csv", '<script>.csv', '&lt;.csv', '${x}.csv',
    '{{7*7}}.csv', '%s%n%x.csv'],
  ...['x.csv.', 'x.csv ', 'x.csv/', 'x.csv\\', 'x.CSV', 'x.cSv', 'x.csv.csv', 'x.exe.csv', 'x.csv.exe',
    'x..csv', 'x.csv::$DATA', 'x.csv;.html', 'x.html%0a.csv', 'x.json.csv'],
  ...[`${'a'.repeat(10_000)}.csv`, `${'\u00e9'.repeat(5_000)}.csv`, `a.${'b'.repeat(5_000)}.csv`,
    `${'../'.repeat(2_000)}x.csv`, `${'.'.repeat(3_000)}csv`, `${'\u{1f389}'.repeat(1_000)}.csv`],
  ...['\xff\xfe.csv', '\xc0\xae\xc0\xae/x.csv', '\xe0\x80\xaf.csv', '\xed\xa0\x80.csv', '\xf0\x9f.csv',
    '\xf8\x88\x80\x80\x80.csv'],
].map((name) => [/[^\x00-\xff]/.test(name) ? Buffer.from(name).toString('latin1') : name, 'text/csv', csv]);

const html = '<!doctype html><script>alert(1)</script>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const zip = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), Buffer.alloc(40)]);
const exe = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(100)]);
const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'), Buffer.alloc(100)]);
const sqlite = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100)]);
const pdf = Buffer.from('%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n\0\0', 'latin1');

/** Nothing of it is CSV or JSON, whatever it is called: each must be refused. */
export const lies = [
  ...['x.html', 'x.svg', 'x.exe', 'x.pdf', 'x.zip', 'x.xlsx', 'x.js', 'x.xml', 'x.txt', 'x', 'x.csv.html',
    'x.json.svg', 'x.phtml', 'x.db', 'x.csvx', 'xcsv'].map((name) => [name, 'text/csv', csv]),
  ...['text/html', 'image/svg+xml', 'application/pdf', 'application/zip', 'image/png', 'application/javascript',
    'application/xml', 'application/json', 'application/x-sqlite3', 'audio/mpeg', 'text/css',
    'application/x-msdownload'].map((type) => ['x.csv', type, csv]),
  ...['text/html', 'text/csv', 'image/svg+xml', 'application/pdf', 'application/xml'].map((type) => ['x.json',
    type, '[1]']),
  ...[png, zip, exe, elf, sqlite, pdf, gzipSync(csv), Buffer.alloc(1000)].flatMap((content) => [['x.csv',
    'text/csv', content], ['x.json', 'application/json', content]]),
  ...[html, svg, '%PDF-1.7', 'GIF89a', '#!/bin/sh\nid', '<?php phpinfo();', csv, '', ' ', '\ufeff', 'NaN',
    "{'a':1}", '{"a":1,}', '{a:1}', '[1]]', '"\\ud83c"', '\u00a0[1]', '// x\n[1]',
    '{"a":01}'].map((content) => ['x.json', 'application/json', content]),
  ...['', '\n\n\n', '\ufeff'].map((content) => ['x.csv', 'text/csv', content]),
];

const many = (text, count) => text.repeat(count);
const mib = 1024 * 1024;

/** Small to send and large to read, or simply large: taken or refused, but never costly. */
export const bombs = [
  ['json, 5 million arrays deep', 'x.json', `${many('[', 5e6)}`],
  ['json, 2.5 million arrays in each other', 'x.json', `${many('[', 2.5e6)}${many(']', 2.5e6)}`],
  ['json, objects in each other', 'x.json', `${many('{"a":', 1e6)}1${many('}', 1e6)}`],
  ['json, 5 million elements', 'x.json', `[${many('1,', 4.9e6)}1]`],
  ['json, 3 million empty objects', 'x.json', `[${many('{},', 3e6)}{}]`],
  ['json, a million keys', 'x.json', `{${Array.from({ length: 8e5 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ['json, a column a row', 'x.json', `[${Array.from({ length: 3e5 }, (_, i) => `{"k${i}":1}`).join(',')}]`],
  ['json, one key a million times', 'x.json', `{${many('"a":1,', 1e6)}"a":1}`],
  ['json, a number of 9 million digits', 'x.json', `[${many('9', 9e6)}]`],
  ['json, exponents', 'x.json', `[${many('1e999999999,', 5e5)}1]`],
  ['json, a string of 9 million escapes', 'x.json', `["${many('\\u0000', 1.5e6)}"]`],
  ['json, a key of 9 MB', 'x.json', `{"${many('k', 9e6)}":1}`],
  ['json lines, half a million', 'x.jsonl', many('{"a":1}\n', 5e5)],
  ['csv, a million columns', 'x.csv', `${many('a,', 1e6)}b\n1`],
  ['csv, 10,000 columns, 400 rows', 'x.csv', `${Array.from({ length: 1e4 }, (_, i) => `c${i}`).join(',')}\n${many(`${many('1,', 9999)}1\n`, 400)}`],
  ['csv, one quote never closed', 'x.csv', `a,b\n"${many('x,y\n', 2.4e6)}`],
  ['csv, nothing but quotes', 'x.csv', many('"', 9e6)],
  ['csv, quotes in quotes', 'x.csv', `a\n"${many('""', 4.5e6)}"`],
  ['csv, one line of 9 MB', 'x.csv', `a\n${many('x', 9e6)}`],
  ['csv, nothing but commas', 'x.csv', many(',', 9e6)],
  ['csv, nothing but lines', 'x.csv', `a\n${many('\n', 9e6)}`],
  ['csv, nothing but CRs', 'x.csv', `a\n${many('\r', 9e6)}`],
  ['csv, 4.5 million rows', 'x.csv', `a\n${many('1\n', 4.5e6)}`],
  ['csv, numbers of 1,000 digits', 'x.csv', `a\n${many(`${many('9', 1000)}\n`, 9e3)}`],
  ['csv, dates that are none', 'x.csv', `a\n${many('2026-99-99T99:99:99.999999999Z\n', 2e5)}`],
  ['csv, each cell another', 'x.csv', `a\n${Array.from({ length: 1.9e5 }, (_, i) => `${i}-${many('x', 30)}`).join('\n')}`],
  ['csv, formulas', 'x.csv', `a\n${many('=HYPERLINK("http://evil.test","x")\n', 1e5)}`],
  ['csv, UTF-16 that is cut', 'x.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(4e6 + 1, 'a\0')])],
  ['csv, marks of order', 'x.csv', Buffer.alloc(9e6, Buffer.from([0xef, 0xbb, 0xbf]))],
  ['csv, bytes that are no UTF-8', 'x.csv', Buffer.alloc(9e6, 0xff)],
  ['csv, NULs', 'x.csv', Buffer.alloc(9e6)],
  ['csv, invisible letters', 'x.csv', `a\n${many('\u200b', 3e6)}`],
  ['csv, over 10 MiB', 'x.csv', `a\n${many('x\n', 5.3 * mib)}`],
  ['zip called csv', 'x.csv', Buffer.concat([zip, Buffer.alloc(42_000, 0x50)])],
  ['gzip of 100 MB called json', 'x.json', gzipSync(Buffer.alloc(100 * mib, '['))],
];
