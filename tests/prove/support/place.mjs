// What parts leave outside of their temp folder if they are ended; the runner removes it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The folder in memory of the part whose temp folder is `directory`; that one, if there is none. */
export const inMemory = (directory) =>
  existsSync('/dev/shm') ? join('/dev/shm', basename(directory)) : directory;

/** Unmounts what is mounted below `directory`, and removes it and its folder in memory. */
export function clear(directory) {
  const mounted = readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' ')[1]);
  for (const path of mounted.filter((each) => each?.startsWith(`${directory}/`))) {
    execFileSync('umount', ['-l', path]);
  }
  for (const path of [directory, inMemory(directory)]) rmSync(path, { recursive: true, force: true });
}
