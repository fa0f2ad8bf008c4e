// THIRD_PARTY.txt: the licences of the packages whose code is in dist/, which ask to go with it.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Folders of the packages that a bundle was made from. */
export function packagesIn(metafile) {
  const names = Object.keys(metafile.inputs).flatMap((input) => {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    return found ? [found[1]] : [];
  });
  return [...new Set(names)].sort();
}

/** Name, version and licence of a package. Throws if it comes without a licence. */
async function licenceOf(root, name) {
  const folder = path.join(root, 'node_modules', name);
  const { version, license } = JSON.parse(await readFile(path.join(folder, 'package.json')));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name} has no licence file`);
  const text = (await readFile(path.join(folder, file), 'utf8')).trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

export async function writeLicences(root, out, metafiles) {
  const names = [...new Set(metafiles.flatMap(packagesIn))].sort();
  const texts = await Promise.all(names.map((name) => licenceOf(root, name)));
  const head = 'The widget contains code of these packages, under their licences.\n';
  await writeFile(
    path.join(out, 'THIRD_PARTY.txt'),
    [head, ...texts].join(`\n${'-'.repeat(72)}\n\n`),
  );
  return names;
}
