// Browser storage that never throws. Browsers that block third-party cookies also refuse a framed
// page its localStorage and sessionStorage; a partitioned cookie (CHIPS) is allowed there and holds
// the small values. What fits nowhere is kept in memory.

export interface Box {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** A place that may refuse: `set` returns false when the value is not kept. */
interface Place {
  get(key: string): string | null;
  set(key: string, value: string): boolean;
  remove(key: string): void;
}

/** Longest encoded name and value that is put into a cookie; browsers stop at 4096 bytes. */
const cookieCharactersMax = 2000;

function storagePlace(open: () => Storage): Place {
  const attempt = <T>(fallback: T, action: (storage: Storage) => T): T => {
    try {
      return action(open());
    } catch {
      return fallback;
    }
  };
  return {
    get: (key) => attempt<string | null>(null, (storage) => storage.getItem(key)),
    set: (key, value) =>
      attempt(false, (storage) => {
        storage.setItem(key, value);
        return true;
      }),
    remove: (key) => attempt(undefined, (storage) => storage.removeItem(key)),
  };
}

/** Cookies of this page in this partition; `maxAge` in seconds, 0 for the browser's session. */
export function cookiePlace(jar: { cookie: string }, maxAge: number): Place {
  const flags = '; Path=/; Secure; SameSite=None; Partitioned';
  const nameOf = (key: string) => `__Host-${encodeURIComponent(key)}`;
  const get = (key: string) => {
    const start = `${nameOf(key)}=`;
    const found = jar.cookie.split('; ').find((one) => one.startsWith(start));
    return found ? decodeURIComponent(found.slice(start.length)) : null;
  };
  const remove = (key: string) => {
    jar.cookie = `${nameOf(key)}=; Max-Age=0${flags}`;
  };
  return {
    get,
    remove,
    set(key, value) {
      const pair = `${nameOf(key)}=${encodeURIComponent(value)}`;
      if (pair.length > cookieCharactersMax) {
        remove(key);
        return false;
      }
      jar.cookie = pair + (maxAge ? `; Max-Age=${maxAge}` : '') + flags;
      return get(key) === value;
    },
  };
}

/** Storage first, cookies where it is refused, memory last; `open` may throw. */
export function openBox(open: () => Storage, cookies?: Place): Box {
  const memory = new Map<string, string>();
  const places = [storagePlace(open), ...(cookies ? [cookies] : [])];
  return {
    get(key) {
      const kept = memory.get(key);
      if (kept !== undefined) return kept;
      for (const place of places) {
        const value = place.get(key);
        if (value !== null) return value;
      }
      return null;
    },
    set(key, value) {
      memory.delete(key);
      if (!places.some((place) => place.set(key, value))) memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      for (const place of places) place.remove(key);
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
