// The text of an answer as it grows. Its DOM is drawn by markdown/stream.ts, once per frame at
// most.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { cleanText } from '../../../shared/text';
import { useApp } from '../../context';
import type { MarkdownStream } from '../../markdown/stream';

type Markdown = typeof import('../../markdown/stream');

let markdown: Markdown | null = null;
let loading: Promise<Markdown> | null = null;

/** Fetches the markdown chunk; called early, when a visitor begins to write. */
export function loadMarkdown(): Promise<Markdown> {
  loading ??= import('../../markdown/stream')
    .then((module) => {
      markdown = module;
      return module;
    })
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}

/** A frame, or a short time in a tab that draws none. */
function soon(action: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(action, 120);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(action);
  return () => cancelAnimationFrame(frame);
}

export function useCopy(): (text: string, button: HTMLButtonElement) => void {
  const { i18n, announce } = useApp();
  return (text, button) => {
    // It is there: who has an answer has what talks.
    void import('../../model/talk').then(async ({ copyText }) => {
      const done = await copyText(text);
      announce(i18n.t(done ? 'copied' : 'notCopied'));
      if (!done) return;
      button.classList.add('copied');
      setTimeout(() => button.classList.remove('copied'), 1500);
    });
  };
}

export function Answer({ text, complete }: { text: string; complete: boolean }) {
  const { i18n, linkSources } = useApp();
  const copy = useCopy();
  const root = useRef<HTMLDivElement>(null);
  const stream = useRef<MarkdownStream | null>(null);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const draw = (module: Markdown) => {
      if (!stream.current) {
        element.replaceChildren();
        stream.current = new module.MarkdownStream(element, {
          document,
          copy,
          linkSources,
          labels: { copyCode: i18n.t('copyCode'), copyLink: i18n.t('copyLink') },
        });
      }
      stream.current.show(text, complete);
    };
    const module = markdown;
    if (module && complete) return draw(module);
    if (module) return soon(() => draw(module));
    element.textContent = cleanText(text);
    let current = true;
    loadMarkdown().then(
      (loaded) => current && draw(loaded),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [text, complete]);
  return <div class="markdown" dir="auto" ref={root} />;
}
