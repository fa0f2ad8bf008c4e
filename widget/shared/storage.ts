// Browser storage that never throws: blocked or full storage falls back to memory.

export interface Box {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Wraps a Storage; `open` may throw, as reading window.localStorage does when it is blocked. */
export function openBox(open: () => Storage): Box {
  const memory = new Map<string, string>();
  let storage: Storage | null = null;
  try {
    storage = open();
  } catch {
    storage = null;
  }
  const attempt = <T>(action: (box: Storage) => T): T | undefined => {
    try {
      return storage ? action(storage) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((box) => box.getItem(key)) ?? null,
    set(key, value) {
      memory.delete(key);
      const stored = attempt((box) => {
        box.setItem(key, value);
        return true;
      });
      if (!stored) memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((box) => box.removeItem(key));
    },
  };
}

/** JSON from a box, or null when it is missing or not JSON. */
export function readJson(box: Box, key: string): unknown {
  const text = box.get(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
