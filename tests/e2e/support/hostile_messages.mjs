// Messages as a stranger would send them: known words in wrong mouths, odd shapes, ports. Made from
// a seed, so that a failure can be repeated.

/**
 * Runs in a page: posts `count` messages to `target`. Known types carry what would have an effect.
 * It is also sent to frames as text, and so uses nothing from outside itself.
 */
export function fuzz(target, count, seed) {
  let state = seed;
  const below = (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
  const pick = (list) => list[below(list.length)];
  const frameTypes = [
    'configure',
    'page_data',
    'send_message',
    'clear_chat',
    'minimize',
    'maximize',
  ];
  const loaderTypes = ['opened', 'closed', 'send', 'context', 'user', 'teaser-dismissed'];
  const notices = ['ready', 'session', 'close', 'unread', 'message', 'error', 'appearance'];
  const handshakes = ['parley:hello', 'parley:connect'];
  const odd = [
    '',
    'x'.repeat(5000),
    '__proto__',
    'constructor',
    null,
    undefined,
    NaN,
    7,
    -0,
    2n ** 64n,
  ];
  const shapes = [[], {}, [[[]]], new Date(NaN), /x/, new Map([['type', 'send']]), new Error('x')];
  const value = (depth) => {
    const kind = below(depth > 3 ? 2 : 4);
    if (kind === 0) return pick(odd);
    if (kind === 1) return pick(['planted', ...frameTypes, ...shapes]);
    if (kind === 2) return Array.from({ length: below(4) }, () => value(depth + 1));
    const names = [
      'type',
      'data',
      'message',
      'text',
      'botName',
      'identity',
      'config',
      'token',
      'length',
    ];
    return Object.fromEntries(
      Array.from({ length: below(4) }, () => [pick(names), value(depth + 1)]),
    );
  };
  const effective = {
    message: 'planted',
    text: 'planted',
    botName: 'planted',
    welcomeMessage: 'planted',
    identity: 'planted',
    token: 'planted',
    pageInfo: { title: 'planted' },
    name: 'planted',
    color: 'red',
    labels: ['planted', 'planted', 'planted'],
    count: 7,
  };
  for (let at = 0; at < count; at++) {
    const type = pick([...frameTypes, ...loaderTypes, ...notices, ...handshakes, pick(odd)]);
    const whole = {
      type,
      data: effective,
      ...effective,
      config: effective,
      options: effective,
      open: true,
    };
    const message = below(3) === 0 ? value(0) : below(3) === 0 ? { type, data: value(0) } : whole;
    const ports = below(3) === 0 ? [new MessageChannel().port1] : [];
    target.postMessage(message, '*', ports);
  }
}

/** A script for a page of another site: fuzzes the panel of the page it is framed by, then says so. */
export const strangerScript = (count, seed) =>
  `(${fuzz})(parent.frames[0], ${count}, ${seed}); parent.postMessage('fuzzed', '*')`;
