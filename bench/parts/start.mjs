// From the start of the program to its first healthy answer: on an empty data folder, and on the
// one that the run before left. The program's file is in the page cache both times.
import { atMost, ms, row } from './figures.mjs';
import { newFolder, startNode, startParley } from './programs.mjs';

const starts = 5;

async function twice(start) {
  const folder = newFolder();
  const results = [];
  for (let i = 0; i < 2; i += 1) {
    const server = await start({}, folder);
    results.push(server.startedInMs);
    await server.stop();
  }
  return results;
}

export async function measure() {
  const [ours, theirs] = [[], []];
  for (let i = 0; i < starts; i += 1) {
    theirs.push(await twice(startNode));
    ours.push(await twice(startParley));
  }
  const line = (what, i) => row(what, {
    ours: ours.map((one) => one[i]), theirs: theirs.map((one) => one[i]), show: ms,
    reach: [atMost(50, ms)],
  });
  return [
    line('start to first healthy answer, empty data folder', 0),
    line('start to first healthy answer, again', 1),
  ];
}
