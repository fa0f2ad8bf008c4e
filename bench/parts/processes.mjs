// What a process uses, as /proc tells.
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;  // of /proc; the same on every Linux that Debian ships

/** Seconds of processor time so far. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) / ticksPerSecond;
}

function statusKb(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]);
}

export const residentKb = (pid) => statusKb(pid, 'VmRSS');
export const peakResidentKb = (pid) => statusKb(pid, 'VmHWM');

/** How many files and sockets this process may have open, at most. */
export function descriptorsMax() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /Max open files\s+\S+\s+(\S+)/.exec(limits)[1];
  return hard === 'unlimited' ? Infinity : Number(hard);
}

/** The processes that `pid` has started and that still run. */
export function childrenOf(pid) {
  const lists = readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'));
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Resident memory once it no longer moves, or after three seconds. */
export async function settledKb(pid) {
  let before = -1;
  for (let i = 0; i < 10; i += 1) {
    const now = residentKb(pid);
    if (now === before) return now;
    before = now;
    await pause(300);
  }
  return before;
}
