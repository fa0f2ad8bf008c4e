// Answers that wait for a word of the test: a `hold` step of a script goes on when the gate is
// open, or when the answer is stopped.

export function makeGate() {
  let open;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return {
    open,
    passed: (signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve());
        opened.then(resolve);
      }),
  };
}
