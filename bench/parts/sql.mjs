// Statements in their confined processes: what the process adds to a trivial one, how far hostile
// ones run past their deadline, and what a worker costs that must be started again.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { atMost, ms, row } from './figures.mjs';
import { program } from './programs.mjs';

export async function measure() {
  // One statement at a time, so on all cores.
  const { stdout } = await promisify(execFile)(program('sql_runner'), []);
  const result = JSON.parse(stdout);
  const line = (what, ours, bound) => row(what, {
    ours, show: ms, reach: bound ? [atMost(bound, ms)] : [],
  });
  const late = `sql: ${result.within} of ${result.bombs} hostile statements ≤ 150 ms late; worst`;
  return [
    line('sql: SELECT 1 through a process of its own, median', result.trivial_median, 5),
    line('sql: the same, p99', result.trivial_p99),
    line('sql: sum by group over 10,000 rows, median', result.sum_median),
    line('sql: first statement of a new worker, median', result.start_median),
    line(late, result.overrun_max, 150),
  ];
}
