// Everything a site can say about its widget: attributes of the script tag and
// window.ChatbotConfig. Attributes win. Names of both documented families are understood
// (widget/README.md lists them).

import type { PanelOptions, WidgetConfig } from '../shared/protocol';

export interface EmbedSettings {
  id: string;
  /** Origin and path prefix of the Parley server, without a slash at the end. */
  base: string;
  side: 'left' | 'right';
  top: boolean;
  color: string;
  openOnLoad: boolean;
  config: WidgetConfig;
  options: PanelOptions;
}

type Raw = Record<string, unknown>;

/** Keys that steer the embedding and are not sent on to the server. */
const own = [
  'id',
  'apiBase',
  'position',
  'color',
  'primaryColor',
  'secondaryColor',
  'openOnLoad',
  'autoOpen',
  'theme',
  'lang',
  'welcomeMessage',
  'teaser',
  'starterQuestions',
  'linkHosts',
  'provider',
  'showAgentInfo',
];

function text(...values: unknown[]): string {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return (found as string | undefined) ?? '';
}

function list(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value as string[];
  return typeof value === 'string' ? value.split('|').map((one) => one.trim()) : undefined;
}

function defined<Kind extends object>(values: {
  [Key in keyof Kind]: Kind[Key] | undefined;
}): Kind {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as Kind;
}

export function readSettings(
  script: HTMLScriptElement,
  global: unknown,
  page: Document,
): EmbedSettings {
  const raw: Raw = { ...(global as Raw | undefined), ...script.dataset };
  const source = new URL(script.src, page.baseURI);
  const position = text(raw['position']);
  const open = raw['openOnLoad'] ?? raw['autoOpen'];
  const color = text(raw['color'], raw['primaryColor'], raw['botColor']);
  const passed = Object.entries(raw).filter(([key]) => !own.includes(key));
  return {
    id: text(raw['id']) || 'default',
    base: text(raw['apiBase']).replace(/\/+$/, '') || source.origin,
    side: /left/.test(position) ? 'left' : 'right',
    top: /top/.test(position),
    color,
    openOnLoad: open === true || open === '' || open === 'true',
    config: {
      ...Object.fromEntries(passed),
      ...defined<WidgetConfig>({
        botColor: color,
        botMsgBgColor: text(raw['botMsgBgColor'], raw['secondaryColor']),
        aiProvider: text(raw['provider'], raw['aiProvider']),
        userIdentifier: text(raw['userIdentifier'], source.searchParams.get('userIdentifier')),
      }),
    },
    options: defined<PanelOptions>({
      lang: text(raw['lang'], page.documentElement.lang),
      theme: text(raw['theme']) as PanelOptions['theme'] & string,
      welcomeMessage: text(raw['welcomeMessage']),
      teaser: text(raw['teaser']),
      starterQuestions: list(raw['starterQuestions']),
      linkHosts: list(raw['linkHosts']),
    }),
  };
}
