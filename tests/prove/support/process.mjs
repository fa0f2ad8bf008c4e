// What the kernel says of a process. Read with readFileSync: Node 18's readFile of fs/promises takes
// no more than the first page of such a file.
import { readdirSync, readFileSync } from 'node:fs';

const field = (pid, name) =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

export const residentKiB = (pid) => field(pid, 'VmRSS');
export const threadCount = (pid) => field(pid, 'Threads');
/** A line for each mapping: addresses, rights, file. */
export const memoryMap = (pid) => readFileSync(`/proc/${pid}/maps`, 'utf8');
export const descriptorCount = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** Lines of all TCP connections of this machine over IPv4, as proc(5) explains them. */
export const tcpConnections = () =>
  readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);

/** What the kernel keeps for all TCP connections of this machine, read or unread (sockstat, pages). */
export const tcpMemoryKiB = () =>
  4 * Number(/^TCP:.* mem (\d+)$/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))[1]);
