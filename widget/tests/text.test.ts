import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanFileName, cleanText } from '../shared/text';
import { Announcer, sentences, spoken } from '../chat/model/announcer';
import type { Message } from '../chat/model/state';

test('invisible code points are dropped', () => {
  const tags = String.fromCodePoint(...Array.from({ length: 128 }, (_one, at) => 0xe0000 + at));
  assert.equal(cleanText(`a${tags}b\u200b\u200c\u2060\u202ec\ufe00\u200dd`), 'abcd');
});

test('emoji keep their joiners', () => {
  for (const emoji of ['👩‍👩‍👧‍👦', '❤️‍🔥', '🏳️‍🌈', '👋🏽', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '🇩🇪', '☎️', '👩🏽‍🚀']) {
    assert.equal(cleanText(emoji), emoji);
  }
});

test('file names lose paths, controls and direction marks, and stay short', () => {
  assert.equal(cleanFileName('C:\\x\\..\\a\u202egpj.csv'), 'agpj.csv');
  assert.ok(cleanFileName(`${'a'.repeat(400)}.csv`).length <= 120);
});

test('announcements come in whole sentences', () => {
  assert.deepEqual(sentences('One. Two thr', 0), { said: 'One.', next: 4 });
  assert.deepEqual(sentences('One. Two three! F', 4), { said: ' Two three!', next: 15 });
  assert.deepEqual(sentences('你好。 再', 0), { said: '你好。', next: 3 });
  assert.equal(sentences('no end', 0).said, '');
  assert.equal(spoken('**Bold** and [a link](https://x.example) `code`'), 'Bold and a link code');
});

test('a name keeps its underscores, emphasis does not', () => {
  assert.equal(
    spoken('_All_ of `order_id`, __init__ and größe_é.'),
    'All of order_id, init and größe_é.',
  );
});

test('an ending that is none of a whole answer is said once', () => {
  const said: string[] = [];
  const announcer = new Announcer(
    (text) => said.push(text),
    (state) => (state === 'stopped' ? 'Stopped' : ''),
  );
  const answer: Message = {
    key: 'a',
    author: 'assistant',
    text: 'One. Tw',
    at: 1,
    state: 'streaming',
  };
  announcer.follow(answer);
  announcer.follow({ ...answer, state: 'stopped' });
  announcer.follow({ ...answer, state: 'stopped', provider: 'demo' });
  announcer.follow({ ...answer, key: 'b', text: 'Whole.', state: 'done' });
  assert.deepEqual(said, ['One.', 'Tw', 'Stopped', 'Whole.']);
});
