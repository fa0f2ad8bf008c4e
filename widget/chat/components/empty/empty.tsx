// What a visitor sees before the first message: a greeting, what can be done, questions to start.

import { cleanText } from '../../../shared/text';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Avatar } from '../header/header';
import { Starters } from '../starters/starters';

function starters(state: State, fallback: string[]): string[] {
  const own = state.options.starterQuestions ?? state.bot?.starterQuestions ?? [];
  const texts = own.filter((text) => typeof text === 'string' && text.trim() !== '');
  return (texts.length ? texts : fallback).slice(0, 4).map((text) => cleanText(text));
}

export function Empty({ state }: { state: State }) {
  const { i18n } = useApp();
  const questions = starters(state, [
    i18n.t('starterOne'),
    i18n.t('starterTwo'),
    i18n.t('starterThree'),
  ]);
  const greeting = state.options.welcomeMessage || state.bot?.greeting || i18n.t('greeting');
  return (
    <section class="empty">
      <Avatar state={state} />
      <h2 dir="auto">{cleanText(greeting)}</h2>
      <p>{i18n.t('greetingMore')}</p>
      <Starters questions={questions} />
    </section>
  );
}
