// What the kernel says of a process.
import { readdirSync, readFileSync } from 'node:fs';

const field = (pid, name) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

export const residentKiB = (pid) => field(pid, 'VmRSS');
export const threadCount = (pid) => field(pid, 'Threads');
export const descriptorCount = (pid) => readdirSync(`/proc/${pid}/fd`).length;
