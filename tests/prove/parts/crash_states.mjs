// Power cuts: the server's calls to its files are recorded under load, a kill and restarts; then
// states that a power cut may have left are made of the record and judged.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Disk, readRecord, withSynchronousNormal } from '../crash_states/disk.mjs';
import { judgeByServer, judgeByTools, writeState } from '../crash_states/judge.mjs';
import { Acknowledged, load } from '../crash_states/load.mjs';
import { until } from '../support/client.mjs';
import { startModel } from '../support/model.mjs';
import { inMemory } from '../support/place.mjs';
import { fractionsFrom } from '../support/random.mjs';
import { atLeast, none, told } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

export const promise =
  'A2: a power cut at any moment loses nothing acknowledged and breaks nothing';

const atOnce = 4;
const source = fileURLToPath(new URL('../crash_states/recorder.cpp', import.meta.url));

/** Records a server's life: load, kill -9, restart, load, SIGTERM. */
async function record(directory, model, count) {
  const library = join(directory, 'recorder.so');
  execFileSync('c++', ['-std=c++20', '-O1', '-shared', '-fPIC', '-o', library, source]);
  const root = join(directory, 'live');
  const file = join(directory, 'record');
  // An installation's two directories are there before it: only what is in them is at stake.
  for (const name of ['data', 'media']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(file, '');
  const acknowledged = new Acknowledged(file);
  const environment = { LD_PRELOAD: library, RECORDER_ROOT: `${root}/`, RECORDER_FILE: file };
  const first = await startServer(root, model.url, environment);
  const loading = load(first.base, acknowledged, { clients: 12, count });
  await until(() => acknowledged.writes.length >= count / 2, { what: 'half is acknowledged' });
  await first.kill('SIGUSR2'); // by the recorder
  await loading;
  const second = await startServer(root, model.url, environment);
  await load(second.base, acknowledged, { clients: 12, count: count / 2 });
  await second.stop();
  return { root, calls: readRecord(file), acknowledged: acknowledged.writes };
}

/** Where in the record to cut: half of them right after an acknowledgement, when most is owed. */
function cutsIn({ calls, acknowledged }, count, random) {
  const cuts = Array.from({ length: count }, (_, i) => {
    const among =
      i % 2 === 0 ? calls.map((call) => call.end) : acknowledged.map((write) => write.at);
    return among[Math.floor(random() * among.length)];
  });
  return cuts.sort((a, b) => a - b);
}

/** Judges `count` states, one of `serverEvery` by the server, too; how many have each fault. */
async function explore(
  recorded,
  { count, seed, serverEvery = Infinity, place, model, say = () => {} },
) {
  const random = fractionsFrom(seed);
  const disk = new Disk();
  const sums = { states: 0, lost: 0, corrupt: 0, missing: 0, stuck: 0, starts: 0 };
  const judge = async (state, cut, owed, number) => {
    const faults = await judgeByTools(state, owed, recorded.root);
    if (number % serverEvery === 0) {
      ++sums.starts;
      faults.stuck = await judgeByServer(state, owed, model.url).catch((error) => [error.message]);
    }
    for (const [kind, found] of Object.entries(faults)) {
      if (found.length > 0 && ++sums[kind] <= 3) say(`${kind} after ${cut}: ${found.slice(0, 3)}`);
    }
    if (++sums.states % 1_000 === 0) say(`${sums.states} states`);
  };
  let next = 0;
  const running = new Map(); // directory → its judgement
  for (const [number, cut] of cutsIn(recorded, count, random).entries()) {
    while (next < recorded.calls.length && recorded.calls[next].end <= cut)
      disk.apply(recorded.calls[next++]);
    const state = join(place, `state-${number % atOnce}`);
    await running.get(state);
    writeState(disk.crash(random), recorded.root, state);
    const owed = recorded.acknowledged.filter((write) => write.at <= cut);
    running.set(state, judge(state, cut, owed, number + 1));
  }
  await Promise.all(running.values());
  return sums;
}

export async function prove({ long, say }) {
  const count = long ? 10_000 : 1_500;
  const directory = await mkdtemp(join(tmpdir(), 'crash-'));
  const place = join(inMemory(tmpdir()), 'states'); // they are small and many
  const model = await startModel();
  try {
    const recorded = await record(directory, model, long ? 3_000 : 400);
    say(`${recorded.calls.length} calls recorded, ${recorded.acknowledged.length} acknowledged`);
    const judged = await explore(recorded, { count, seed: 1, serverEvery: 30, place, model, say });
    // Whoever sees no loss then is blind.
    const careless = { ...recorded, calls: withSynchronousNormal(recorded.calls) };
    const control = await explore(careless, { count: count / 10, seed: 2, place });
    return [
      atLeast('states judged by sqlite3', judged.states, count),
      told('  of them started by the server', judged.starts),
      none('states that lost something acknowledged', judged.lost),
      none('states with a corrupt database', judged.corrupt),
      none('states with rows of missing or short files', judged.missing),
      none('states that the server could not go on from', judged.stuck),
      atLeast(
        `control with synchronous=NORMAL: of ${control.states} states lost something`,
        control.lost,
        control.states / 4,
      ),
    ];
  } finally {
    await model.close();
  }
}
