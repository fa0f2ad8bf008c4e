// All payloads by group: ways of getting a script run, a request out, or a click on a lie.

import addresses from './addresses.mjs';
import fetches from './fetches.mjs';
import foreign from './foreign.mjs';
import handlers from './handlers.mjs';
import hosts from './hosts.mjs';
import markdown from './markdown.mjs';
import scripts from './scripts.mjs';
import templates from './templates.mjs';

export { evil, evilHost } from './words.mjs';

export const groups = {
  scripts,
  handlers,
  foreign,
  addresses,
  markdown,
  fetches,
  hosts,
  templates,
};

/** Every payload once. */
export const corpus = [...new Set(Object.values(groups).flat())];

/** A file name that holds as much of a payload as a file name can. */
export const fileNameOf = (text) => `${text.replace(/[\\/\0-\x1f\x7f]/g, '_').slice(0, 120)}.csv`;

/** Every nth payload, of all groups: for what takes a browser's time for each. */
export const sample = (step) => corpus.filter((_text, at) => at % step === 0);
