// A value with listeners. Updates are synchronous; views batch by themselves.

export class Store<Value extends object> {
  private readonly listeners = new Set<(value: Value) => void>();

  constructor(private value: Value) {}

  get(): Value {
    return this.value;
  }

  update(patch: Partial<Value> | ((value: Value) => Partial<Value>)): void {
    const change = typeof patch === 'function' ? patch(this.value) : patch;
    this.value = { ...this.value, ...change };
    for (const listener of [...this.listeners]) listener(this.value);
  }

  subscribe(listener: (value: Value) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
