// Statements in their confined processes: what the process adds to a trivial one, how far hostile
// ones run past their deadline, and what a worker costs that must be started again.
import { measureSql, ms } from './tools.mjs';

export async function measure() {
  const result = await measureSql();
  return [
    { what: 'sql: SELECT 1 through a process of its own, median', parley: ms(result.trivial_median),
      peer: `limit ${ms(5)}` },
    { what: 'sql: the same, p99', parley: ms(result.trivial_p99) },
    { what: 'sql: sum by group over 10,000 rows, median', parley: ms(result.sum_median) },
    { what: 'sql: first statement of a new worker, median', parley: ms(result.start_median) },
    { what: `sql: ${result.within} of ${result.bombs} hostile statements at most 150 ms late; worst`,
      parley: ms(result.overrun_max), peer: `limit ${ms(150)}` },
  ];
}
