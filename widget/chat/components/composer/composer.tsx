// Where the visitor writes: grows to six lines, keeps its draft, sends or stops.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Icon } from '../icon/icon';
import { useExtras } from '../extras/lazy';
import { loadMarkdown } from '../message/answer';

const linesMax = 6;

function useGrowing(box: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    const style = getComputedStyle(element);
    const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    const highest = parseFloat(style.lineHeight) * linesMax + padding;
    element.style.height = `${Math.min(element.scrollHeight, highest)}px`;
    element.style.overflowY = element.scrollHeight > highest + 1 ? 'auto' : 'hidden';
  }, [text]);
}

interface Props {
  state: State;
  box: RefObject<HTMLTextAreaElement | null>;
  picker: RefObject<HTMLInputElement | null>;
}

function AttachButton({ picker }: { picker: RefObject<HTMLInputElement | null> }) {
  const { i18n, files } = useApp();
  const take = (input: HTMLInputElement) => {
    const picked = [...(input.files ?? [])];
    input.value = '';
    if (picked.length) files.use((all) => all.add(picked));
  };
  return (
    <>
      <input
        type="file"
        multiple
        class="picker"
        ref={picker}
        tabIndex={-1}
        aria-hidden="true"
        accept=".csv,.tsv,.json,.jsonl,.ndjson,text/csv,application/json"
        onChange={(event) => take(event.currentTarget)}
      />
      <button
        type="button"
        id="attach-btn"
        class="icon-button"
        aria-label={i18n.t('attach')}
        onClick={() => {
          // What takes the file is fetched while it is being chosen.
          files.use(() => {});
          picker.current?.click();
        }}
      >
        <Icon name="attach" />
      </button>
    </>
  );
}

function SendButton({ state, ready }: { state: State; ready: boolean }) {
  const { i18n, conversation } = useApp();
  const stops = state.busy && !ready;
  const label = i18n.t(stops ? 'stop' : 'send');
  return (
    <button
      type={stops ? 'button' : 'submit'}
      id="send-btn"
      class={`send${stops ? ' send-stop' : ''}`}
      aria-label={label}
      title={label}
      aria-disabled={!stops && !ready}
      onClick={stops ? () => conversation.stop() : undefined}
    >
      <Icon name={stops ? 'stop' : 'send'} />
    </button>
  );
}

export function Composer({ state, box, picker }: Props) {
  const { i18n, conversation, draft, announce, restart } = useApp();
  const [text, setText] = useState(draft.load);
  useGrowing(box, text);
  const extras = useExtras(i18n, state.uploads.length > 0);
  const composing = useRef(false);
  const excess = (value: string) =>
    Array.from(value).length - (state.bot?.messageMaxCharacters ?? 1000);
  const over = excess(text);
  const ready = text.trim() !== '' && over <= 0;
  useEffect(() => draft.save(text), [text]);
  const submit = (event?: Event) => {
    event?.preventDefault();
    // The box itself, not the last drawn state: Enter may come before the drawing.
    const now = box.current?.value ?? text;
    if (now.trim() === '') return;
    if (excess(now) > 0) return announce(i18n.t('tooLong', { n: excess(now) }));
    // A draft outlives the page, a message that nothing takes would not.
    if (state.startFailed && !conversation.here) return restart();
    conversation.send(now);
    setText('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || composing.current) return;
    event.preventDefault();
    submit();
  };
  return (
    <form class="composer" onSubmit={submit}>
      {extras && state.view !== 'files' ? <extras.Uploads state={state} /> : null}
      <div class={`box${over > 0 ? ' box-over' : ''}`}>
        <AttachButton picker={picker} />
        <textarea
          id="message-input"
          ref={box}
          rows={1}
          dir="auto"
          value={text}
          enterkeyhint="send"
          aria-label={i18n.t('composerLabel')}
          placeholder={i18n.t('composerHint')}
          aria-invalid={over > 0}
          aria-describedby={over > 0 ? 'too-long' : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onFocus={() => void loadMarkdown().catch(() => {})}
          onCompositionStart={() => {
            composing.current = true;
          }}
          onCompositionEnd={() => {
            composing.current = false;
          }}
          onKeyDown={onKeyDown}
        />
        <SendButton state={state} ready={ready} />
      </div>
      {over > 0 ? (
        <p id="too-long" class="too-long">
          {i18n.t('tooLong', { n: over })}
        </p>
      ) : null}
    </form>
  );
}
