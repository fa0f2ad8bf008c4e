// Builds widget/dist from the sources: `npm run build`.
//
// The layout is a contract with the server: dist/ is served at /static/widget/, dist/demo/ at
// /static/demo/ (its index.html at /), dist/docs/ at /static/docs/ (its index.html at /docs).

import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { checkBudgets } from './budgets.mjs';
import { compressAll } from './compress.mjs';
import { writeLicences } from './licences.mjs';
import { ordersCsv } from './orders.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const out = path.join(root, 'dist');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  metafile: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  target: ['es2022'],
};

/**
 * Takes innerHTML out of the view library, so that the bundle holds no way to write HTML at all.
 * Fails when the library changed and the two known places are not there.
 */
const withoutInnerHtml = {
  name: 'without-inner-html',
  setup(build) {
    build.onLoad({ filter: /[\\/]preact[\\/]dist[\\/]preact\.mjs$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const found = source.match(/\.innerHTML/g)?.length ?? 0;
      if (found !== 2) throw new Error(`expected 2 uses of innerHTML in ${file}, found ${found}`);
      return { contents: source.replaceAll('.innerHTML', '.textContent'), loader: 'js' };
    });
  },
};

/** Gives the launcher's stylesheet to the loader as minified text. */
const styleAsText = {
  name: 'style-as-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]embed[\\/].*\.css$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const { code } = await esbuild.transform(source, { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

/** Fails the build if any way of turning text into HTML or code is left in what is shipped. */
function refuseHtmlSinks(results) {
  const sinks =
    /\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(/;
  for (const file of results.flatMap((result) => result.outputFiles)) {
    const found = file.path.endsWith('.js') ? sinks.exec(file.text) : null;
    if (found) throw new Error(`${file.path} contains ${found[0]}`);
  }
}

async function write(results) {
  for (const file of results.flatMap((result) => result.outputFiles)) {
    await mkdir(path.dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
}

function bundle(options) {
  return esbuild.build({ ...common, write: false, ...options });
}

async function pages(panel) {
  const entry = Object.keys(panel.metafile.outputs).find((name) => /\/app-/.test(name));
  const html = await readFile(path.join(root, 'chat/chatbot.html'), 'utf8');
  await writeFile(path.join(out, 'chatbot.html'), html.replace('{{app}}', path.basename(entry)));
  for (const page of ['demo', 'docs']) {
    await copyFile(path.join(root, page, 'index.html'), path.join(out, page, 'index.html'));
  }
  await copyFile(path.join(root, 'shared/icon.svg'), path.join(out, 'icon.svg'));
  await writeFile(path.join(out, 'demo/orders.csv'), ordersCsv());
}

async function main() {
  const started = Date.now();
  await rm(out, { recursive: true, force: true });
  const panel = await bundle({
    entryPoints: ['chat/main.tsx'],
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    entryNames: 'app-[hash]',
    chunkNames: '[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [withoutInnerHtml],
  });
  const rest = await Promise.all([
    bundle({
      entryPoints: ['embed/main.ts'],
      outfile: 'dist/chatbot.js',
      format: 'iife',
      plugins: [styleAsText],
      mangleProps: /[a-z]_$/,
    }),
    bundle({ entryPoints: ['chat/styles/index.css'], outfile: 'dist/styles.css' }),
    bundle({ entryPoints: ['chat/styles/extras.css'], outfile: 'dist/extras.css' }),
    bundle({ entryPoints: ['chat/styles/results.css'], outfile: 'dist/results.css' }),
    bundle({
      entryPoints: ['demo/demo.ts', 'demo/demo.css', 'docs/docs.ts', 'docs/docs.css'],
      outdir: 'dist',
      outbase: '.',
      format: 'iife',
    }),
  ]);
  refuseHtmlSinks([panel, ...rest]);
  await write([panel, ...rest]);
  await pages(panel);
  const packages = await writeLicences(
    root,
    out,
    [panel, ...rest].map((one) => one.metafile),
  );
  await compressAll(out);
  const report = await checkBudgets(out, panel.metafile);
  const from = `with code of ${packages.join(', ')} (THIRD_PARTY.txt)`;
  console.log(`${report}\n${from}\nbuilt widget/dist in ${Date.now() - started} ms`);
}

await main();
