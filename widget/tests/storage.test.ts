import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookiePlace, openBox, readJson } from '../shared/storage';

test('blocked storage falls back to memory', () => {
  const box = openBox(() => {
    throw new Error('blocked');
  });
  box.set('a', '1');
  assert.equal(box.get('a'), '1');
  box.remove('a');
  assert.equal(box.get('a'), null);
});

test('full storage falls back to memory and recovers', () => {
  const values = new Map<string, string>();
  let full = true;
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem(key: string, value: string) {
      if (full) throw new Error('quota');
      values.set(key, value);
    },
    removeItem: (key: string) => void values.delete(key),
  } as unknown as Storage;
  const box = openBox(() => storage);
  box.set('a', '1');
  assert.equal(box.get('a'), '1');
  full = false;
  box.set('a', '2');
  assert.equal(values.get('a'), '2');
});

test('broken JSON reads as nothing', () => {
  const box = openBox(() => {
    throw new Error('blocked');
  });
  box.set('a', '{');
  assert.equal(readJson(box, 'a'), null);
});

/** document.cookie as far as the box needs it. */
function fakeJar() {
  const cookies = new Map<string, string>();
  return {
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(line: string) {
      const [pair = '', ...flags] = line.split('; ');
      const at = pair.indexOf('=');
      if (flags.includes('Max-Age=0')) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    },
  };
}

test('refused storage falls back to partitioned cookies, large values to memory', () => {
  const jar = fakeJar();
  const open = () =>
    openBox(
      () => {
        throw new Error('blocked');
      },
      cookiePlace(jar, 60),
    );
  const box = open();
  box.set('parley:https://a.example:x:session', 'id; with=odd characters');
  box.set('large', 'x'.repeat(5000));
  assert.equal(open().get('parley:https://a.example:x:session'), 'id; with=odd characters');
  assert.equal(open().get('large'), null);
  assert.equal(box.get('large')?.length, 5000);
  box.remove('parley:https://a.example:x:session');
  assert.equal(jar.cookie, '');
});
