// From the start of the program on an empty data folder to its first healthy answer; its memory
// a second later.
import { median, ms, pause, residentKb, startParley } from './tools.mjs';

export async function measure() {
  const starts = [];
  const memory = [];
  for (let round = 0; round < 5; round += 1) {
    const server = await startParley();
    starts.push(server.startedInMs);
    await pause(1000);
    memory.push(residentKb(server.pid));
    await server.stop();
  }
  return [
    { what: 'start to first healthy answer', parley: ms(median(starts)) },
    { what: 'memory when idle (RSS)', parley: `${(median(memory) / 1024).toFixed(1)} MiB` },
  ];
}
