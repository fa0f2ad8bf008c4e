/** Begins `act()` `perSecond` times a second for `ms`, however long each takes; all results. */
export async function atRate(perSecond, ms, act) {
  const running = [];
  const began = performance.now();
  await new Promise((resolve) => {
    // Timers are late: as many as are due begin at each tick.
    const ticks = setInterval(() => {
      const passed = Math.min(performance.now() - began, ms);
      while (running.length < (passed * perSecond) / 1000) running.push(act());
      if (passed >= ms) resolve(clearInterval(ticks));
    }, 5);
  });
  return Promise.all(running);
}
