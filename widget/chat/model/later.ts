// A part of the panel whose code is fetched at the first need; a failed fetch is tried again.

export class Later<Part> {
  private loading: Promise<Part> | null = null;

  constructor(private readonly fetch: () => Promise<Part>) {}

  load(): Promise<Part> {
    this.loading ??= this.fetch().catch((error: unknown) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  /** Calls it once it is there; without it nothing happens. */
  use(call: (part: Part) => void): void {
    this.load().then(call, () => {});
  }
}
