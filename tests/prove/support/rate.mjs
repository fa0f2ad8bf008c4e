/**
 * Begins `act()` `perSecond` times a second, however long each takes, until `isOver(passedMs)`; its
 * promises, as soon as the last one is made.
 */
export async function beginAtRate(perSecond, isOver, act) {
  const running = [];
  const began = performance.now();
  await new Promise((resolve) => {
    // Timers are late: as many as are due begin at each tick.
    const ticks = setInterval(() => {
      const passedMs = performance.now() - began;
      if (isOver(passedMs)) return resolve(clearInterval(ticks));
      while (running.length < (passedMs * perSecond) / 1000) running.push(act());
    }, 5);
  });
  return running;
}

/** As beginAtRate() for `ms`; all results. */
export const atRate = async (perSecond, ms, act) =>
  Promise.all(await beginAtRate(perSecond, (passedMs) => passedMs >= ms, act));
