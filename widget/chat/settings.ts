// What the address of the panel says: `?config=<JSON>` as documented, plus what our loader adds.

import { isRecord, type PanelOptions, type WidgetConfig } from '../shared/protocol';
import type { Embedding } from './model/state';

export interface Settings {
  config: WidgetConfig;
  options: PanelOptions;
  embedding: Embedding;
  /** Tells several widgets of one page apart. */
  instance: string;
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const optionKeys = ['lang', 'theme', 'welcomeMessage', 'starterQuestions', 'linkHosts'] as const;

/** Splits what the panel itself uses from what the server gets. */
export function splitConfig(all: Record<string, unknown>): Pick<Settings, 'config' | 'options'> {
  const options: Record<string, unknown> = {};
  const config: WidgetConfig = {};
  for (const [key, value] of Object.entries(all)) {
    // A signed identity comes through the page's door only and is no setting (host.ts).
    if (key === 'identity') continue;
    if ((optionKeys as readonly string[]).includes(key)) options[key] = value;
    else config[key] = value;
  }
  return { config, options: safeOptions(options) };
}

/** Keeps only options of the right type: they come from outside. */
export function safeOptions(raw: Record<string, unknown>): PanelOptions {
  const options: PanelOptions = {};
  const texts = (value: unknown) =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  const { lang, theme, welcomeMessage, teaser } = raw;
  if (typeof lang === 'string') options.lang = lang;
  if (theme === 'light' || theme === 'dark' || theme === 'auto') options.theme = theme;
  if (typeof welcomeMessage === 'string') options.welcomeMessage = welcomeMessage.slice(0, 500);
  if (typeof teaser === 'string') options.teaser = teaser.slice(0, 200);
  if (Array.isArray(raw['starterQuestions']))
    options.starterQuestions = texts(raw['starterQuestions']);
  if (Array.isArray(raw['linkHosts'])) options.linkHosts = texts(raw['linkHosts']);
  return options;
}

export function readSettings(search: string, framed: boolean): Settings {
  const query = new URLSearchParams(search);
  const byLoader = framed && query.get('embed') === 'loader';
  return {
    ...splitConfig(parse(query.get('config'))),
    embedding: byLoader ? 'loader' : framed ? 'frame' : 'page',
    instance: query.get('id')?.slice(0, 64) || 'default',
  };
}
