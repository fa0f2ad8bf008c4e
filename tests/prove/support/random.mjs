// Numbers by chance, the same each time: a seed gives the same ones again, on every machine.

/** Integers in [0, 2^32) (mulberry32). */
export function integersFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Numbers in [0, 1). */
export function fractionsFrom(seed) {
  const next = integersFrom(seed);
  return () => next() / 2 ** 32;
}
