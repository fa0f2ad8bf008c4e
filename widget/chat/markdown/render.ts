// Markdown tokens to DOM, by createElement and text nodes only.
//
// Images are never fetched: they appear as their description. Raw HTML appears as the text it is.
// Links follow markdown/links.ts.

import { cleanText } from '../../shared/text';
import type { Token, Tokens } from './lexer';
import { allowedHosts, mayClick, parseLink, showsTarget, type LinkSources } from './links';

export interface RenderContext {
  document: Document;
  /** What decides which hosts may be clicked; read at drawing time. */
  linkSources(): LinkSources;
  labels: { copyCode: string; copyLink: string };
  copy(text: string, button: HTMLButtonElement): void;
}

const depthMax = 12;

type Make = (token: Token, context: RenderContext, depth: number) => Node | null;

function element(
  context: RenderContext,
  name: string,
  className: string,
  ...children: (Node | null)[]
): HTMLElement {
  const made = context.document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child): child is Node => child !== null));
  return made;
}

const textNode = (context: RenderContext, text: string): Text =>
  context.document.createTextNode(cleanText(unescapeEntities(text)));

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The lexer leaves the few entities people write; text nodes want the character. */
function unescapeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_whole, name: string) => entities[name] ?? '');
}

function inside(
  tokens: readonly Token[] | undefined,
  context: RenderContext,
  depth: number,
): Node[] {
  return (tokens ?? []).flatMap((token) => render(token, context, depth + 1) ?? []);
}

function render(token: Token, context: RenderContext, depth: number): Node | null {
  if (depth > depthMax) return textNode(context, token.raw);
  return (makers[token.type] ?? plain)(token, context, depth);
}

/** One top-level block; null for blocks that show nothing (blank lines, link definitions). */
export function renderBlock(token: Token, context: RenderContext): Node | null {
  return render(token, context, 0);
}

const plain: Make = (token, context) => textNode(context, token.raw);

const wrap =
  (name: string): Make =>
  (token, context, depth) =>
    element(context, name, '', ...inside((token as Tokens.Paragraph).tokens, context, depth));

const text: Make = (token, context, depth) => {
  const { tokens, text: words } = token as Tokens.Text;
  if (!tokens) return textNode(context, words);
  return element(context, 'span', '', ...inside(tokens, context, depth));
};

const heading: Make = (token, context, depth) => {
  const { depth: level, tokens } = token as Tokens.Heading;
  const made = element(context, 'p', `h h${Math.min(level, 4)}`, ...inside(tokens, context, depth));
  made.setAttribute('role', 'heading');
  made.setAttribute('aria-level', String(Math.min(level + 2, 6)));
  return made;
};

const code: Make = (token, context) => {
  const { text: source, lang } = token as Tokens.Code;
  const block = element(context, 'code', '', context.document.createTextNode(cleanText(source)));
  const pre = element(context, 'pre', '', block);
  pre.tabIndex = 0;
  pre.dir = 'ltr';
  const name = element(
    context,
    'span',
    'lang',
    textNode(context, (lang ?? '').split(/\s/)[0] ?? ''),
  );
  const head = element(
    context,
    'div',
    'code-head',
    name,
    copyButton(context, context.labels.copyCode, source),
  );
  return element(context, 'div', 'code', head, pre);
};

function copyButton(context: RenderContext, label: string, value: string): HTMLButtonElement {
  const button = context.document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = label;
  button.addEventListener('click', () => context.copy(value, button));
  return button;
}

const list: Make = (token, context, depth) => {
  const { ordered, start, items } = token as Tokens.List;
  const made = element(
    context,
    ordered ? 'ol' : 'ul',
    '',
    ...items.map((item) => listItem(item, context, depth)),
  );
  if (ordered && typeof start === 'number' && start !== 1) (made as HTMLOListElement).start = start;
  return made;
};

function listItem(item: Tokens.ListItem, context: RenderContext, depth: number): HTMLElement {
  const children = inside(item.tokens, context, depth);
  if (!item.task) return element(context, 'li', '', ...children);
  const mark = textNode(context, item.checked ? '☑ ' : '☐ ');
  return element(context, 'li', 'task', mark, ...children);
}

const table: Make = (token, context, depth) => {
  const { header, rows, align } = token as Tokens.Table;
  const cell = (name: string) => (one: Tokens.TableCell, at: number) => {
    const made = element(context, name, '', ...inside(one.tokens, context, depth));
    if (name === 'th') made.setAttribute('scope', 'col');
    const side = align[at];
    if (side === 'right' || side === 'center') made.classList.add(`to-${side}`);
    return made;
  };
  const head = element(context, 'thead', '', element(context, 'tr', '', ...header.map(cell('th'))));
  const body = element(
    context,
    'tbody',
    '',
    ...rows.map((row) => element(context, 'tr', '', ...row.map(cell('td')))),
  );
  const scroller = element(context, 'div', 'table', element(context, 'table', '', head, body));
  scroller.tabIndex = 0;
  return scroller;
};

const link: Make = (token, context, depth) => {
  const { href, tokens, text: words } = token as Tokens.Link;
  const label = inside(tokens, context, depth);
  const safe = parseLink(unescapeEntities(href));
  if (!safe) return element(context, 'span', '', ...label);
  const shown = cleanText(words);
  const address = safe.href.replace(/^mailto:|^tel:/, '');
  if (!mayClick(safe, allowedHosts(context.linkSources()))) {
    const visible =
      shown === address || shown === href
        ? null
        : element(context, 'span', 'address', context.document.createTextNode(` (${address})`));
    return element(
      context,
      'span',
      'link-text',
      ...label,
      visible,
      copyButton(context, context.labels.copyLink, address),
    );
  }
  const made = element(context, 'a', '', ...label) as HTMLAnchorElement;
  made.href = safe.href;
  made.target = '_blank';
  made.rel = 'noopener noreferrer nofollow';
  if (!showsTarget(shown, safe)) {
    made.append(
      element(context, 'span', 'address', context.document.createTextNode(` (${safe.target})`)),
    );
  }
  return made;
};

const image: Make = (token, context) => {
  const { text: description } = token as Tokens.Image;
  return element(context, 'span', 'image-text', textNode(context, `🖼 ${description || '…'}`));
};

const makers: Record<string, Make> = {
  space: () => null,
  def: () => null,
  hr: (_token, context) => element(context, 'hr', ''),
  br: (_token, context) => element(context, 'br', ''),
  paragraph: wrap('p'),
  blockquote: wrap('blockquote'),
  strong: wrap('strong'),
  em: wrap('em'),
  del: wrap('del'),
  codespan: (token, context) =>
    element(
      context,
      'code',
      '',
      context.document.createTextNode(cleanText((token as Tokens.Codespan).text)),
    ),
  escape: (token, context) => textNode(context, (token as Tokens.Escape).text),
  html: plain,
  text,
  heading,
  code,
  list,
  table,
  link,
  image,
};
