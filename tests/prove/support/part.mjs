// Runs one part in this process and tells run.mjs its rows: `part.mjs NAME short|long`.
const [name, form] = process.argv.slice(2);
const { promise, prove } = await import(`../parts/${name}.mjs`);

const began = Date.now();
const seconds = () => ((Date.now() - began) / 1000).toFixed(0);
const say = (text) => console.log(`  ${name} ${seconds()} s: ${text}`);

console.log(`${name}: ${promise}`);
const rows = await prove({ long: form === 'long', say }).catch((error) => {
  console.error(error);
  return [
    {
      what: 'runs to its end',
      value: String(error.message ?? error).split('\n')[0],
      limit: 'no error',
      ok: false,
    },
  ];
});
say('done');
process.send(rows, () => process.exit());
