// The list of messages. Sticks to its end only while the reader is there.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../context';
import type { Message, State } from '../../model/state';
import { Empty } from '../empty/empty';
import { focusChat } from '../focus';
import { botName } from '../header/header';
import { Icon } from '../icon/icon';
import { MessageView } from '../message/message';

/** Distance from the end, in px, within which the reader counts as being there. */
const nearPx = 60;

function useStick(messages: readonly Message[]) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const news = useRef(false);
  const [away, setAway] = useState(false);
  // The greeting is read from its start.
  const empty = useRef(true);
  empty.current = messages.length === 0;
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = empty.current ? 0 : element.scrollHeight;
    stuck.current = true;
    setAway(false);
  };
  useEffect(() => {
    const element = box.current;
    if (!element || !content.current) return undefined;
    let lastTop = 0;
    const seen = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      const near = scrollHeight - scrollTop - clientHeight < nearPx;
      // Growth alone must not count as leaving: only a reader moves the view up.
      if (near) stuck.current = true;
      else if (scrollTop < lastTop - 1) stuck.current = false;
      lastTop = scrollTop;
      if (near) setAway(false);
    };
    let height = 0;
    const grown = new ResizeObserver(() => {
      const before = height;
      height = content.current?.offsetHeight ?? 0;
      if (empty.current) return;
      if (stuck.current) element.scrollTop = element.scrollHeight;
      // A composer that grows makes the view smaller, not the conversation longer.
      else if (news.current && height > before) setAway(true);
    });
    // What a reader unfolds in a result stays where it is, and is nothing new.
    const looked = (event: MouseEvent) => {
      if ((event.target as Element).closest('.result')) stuck.current = news.current = false;
    };
    element.addEventListener('scroll', seen, { passive: true });
    element.addEventListener('click', looked);
    grown.observe(content.current);
    grown.observe(element);
    return () => {
      grown.disconnect();
      element.removeEventListener('scroll', seen);
      element.removeEventListener('click', looked);
    };
  }, []);
  const lastOwn = messages.filter((message) => message.author === 'visitor').pop()?.key;
  useLayoutEffect(toEnd, [lastOwn]);
  useLayoutEffect(() => {
    news.current = true;
  }, [messages]);
  return { box, content, away, toEnd };
}

const dayOf = (at: number) => new Date(at).toDateString();
/** Messages of one author closer than this are shown as a group. */
const groupMs = 5 * 60_000;

export function Stream({ state }: { state: State }) {
  const { i18n } = useApp();
  const { messages } = state;
  const { box, content, away, toEnd } = useStick(messages);
  const spoken = messages.filter((message) => message.author !== 'file');
  const lastKey = spoken[spoken.length - 1]?.key;
  const bot = botName(state) || i18n.t('assistant');
  const rows = messages.flatMap((message, at) => {
    const before = messages[at - 1];
    const newDay = !before || dayOf(before.at) !== dayOf(message.at);
    const first = newDay || before.author !== message.author || message.at - before.at > groupMs;
    const view = (
      <MessageView
        key={message.key}
        message={message}
        first={first}
        last={message.key === lastKey}
        author={message.author === 'visitor' ? i18n.t('you') : bot}
      />
    );
    if (!newDay) return [view];
    return [
      <li key={`day:${message.key}`} class="divider">
        <span>{i18n.day(message.at)}</span>
      </li>,
      view,
    ];
  });
  return (
    <main class="stream-frame">
      <div class="stream" ref={box} tabIndex={0} role="region" aria-label={i18n.t('chat')}>
        <div class="stream-content" ref={content}>
          {messages.length === 0 && (state.restored || state.startFailed) ? (
            <Empty state={state} />
          ) : null}
          <div role="log" aria-live="off" aria-label={i18n.t('chat')}>
            <ol id="messages-list" role="list">
              {rows}
            </ol>
          </div>
        </div>
      </div>
      {away ? (
        <button
          type="button"
          class="pill"
          onClick={() => {
            toEnd();
            focusChat();
          }}
        >
          <Icon name="down" size={16} />
          {i18n.t('newMessages')}
        </button>
      ) : null}
    </main>
  );
}
