// Reader of the server's own OpenAPI document, built as DOM: no library, nothing from elsewhere.

import {
  curlFor,
  exampleOf,
  fields,
  operations,
  resolve,
  text,
  type Fields,
  type Json,
  type Operation,
} from './model';

type Child = Node | string | null;

function el(name: string, className: string, ...children: Child[]): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child): child is Node | string => child !== null));
  return made;
}

function pre(source: string, label: string): HTMLElement {
  const copy = el('button', 'copy', 'Copy') as HTMLButtonElement;
  copy.type = 'button';
  copy.addEventListener(
    'click',
    () =>
      void navigator.clipboard.writeText(source).then(() => {
        copy.textContent = 'Copied';
        setTimeout(() => {
          copy.textContent = 'Copy';
        }, 1500);
      }),
  );
  const block = el('pre', '', el('code', '', source));
  block.tabIndex = 0;
  block.setAttribute('aria-label', label);
  return el('div', 'source', block, copy);
}

function badge(method: string): HTMLElement {
  return el('span', `method ${method}`, method.toUpperCase());
}

function typeOf(root: Json, schema: Json): string {
  const one = fields(resolve(root, schema));
  const type = Array.isArray(one['type']) ? one['type'].map(text).join(' or ') : text(one['type']);
  if (type === 'array') return `array of ${typeOf(root, one['items'] ?? null)}`;
  return text(one['format']) ? `${type} (${text(one['format'])})` : type || 'any';
}

function row(root: Json, name: string, place: string, schema: Json, needed: boolean, note: string) {
  return el(
    'tr',
    '',
    el('td', '', el('code', '', name), needed ? el('span', 'needed', 'required') : null),
    el('td', '', place),
    el('td', '', typeOf(root, schema)),
    el('td', '', note),
  );
}

function rowsOf(root: Json, one: Operation): HTMLElement[] {
  const parameters = one.parameters.map((parameter: Fields) =>
    row(
      root,
      text(parameter['name']),
      text(parameter['in']),
      parameter['schema'] ?? null,
      parameter['required'] === true,
      text(parameter['description']),
    ),
  );
  const schema = fields(resolve(root, one.body?.schema ?? null));
  const needed = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = Object.entries(fields(schema['properties'])).map(([name, part]) =>
    row(
      root,
      name,
      'body',
      part,
      needed.includes(name),
      text(fields(resolve(root, part))['description']),
    ),
  );
  return [...parameters, ...properties];
}

function responseView(root: Json, one: Operation['responses'][number]): HTMLElement {
  const kind = one.status.startsWith('2') ? 'good' : 'bad';
  const example = one.schema ? JSON.stringify(exampleOf(root, one.schema), null, 2) : '';
  const head = el('summary', '', el('span', `status ${kind}`, one.status), ` ${one.description}`);
  return el(
    'details',
    'response',
    head,
    el('p', 'type', one.type),
    example ? pre(example, `Example of answer ${one.status}`) : null,
  );
}

function operationView(root: Json, one: Operation): HTMLElement {
  const rows = rowsOf(root, one);
  const head = el(
    'tr',
    '',
    ...['Name', 'In', 'Type', 'Description'].map((name) => {
      const cell = el('th', '', name);
      cell.setAttribute('scope', 'col');
      return cell;
    }),
  );
  const table = el('table', '', el('thead', '', head), el('tbody', '', ...rows));
  const scroller = el('div', 'scroll', table);
  scroller.tabIndex = 0;
  const view = el(
    'section',
    'operation',
    el('h3', '', badge(one.method), el('code', '', one.path)),
    one.summary ? el('p', 'summary', one.summary) : null,
    one.description ? el('p', '', one.description) : null,
    rows.length ? scroller : null,
    pre(curlFor(root, one, location.origin), 'curl command'),
    ...one.responses.map((response) => responseView(root, response)),
  );
  view.id = one.id;
  return view;
}

function indexView(groups: Map<string, Operation[]>): HTMLElement[] {
  return [...groups].map(([tag, list]) =>
    el(
      'div',
      '',
      el('h2', '', tag),
      el(
        'ul',
        '',
        ...list.map((one) => {
          const link = el(
            'a',
            '',
            badge(one.method),
            el('span', '', one.path),
          ) as HTMLAnchorElement;
          link.href = `#${one.id}`;
          return el('li', '', link);
        }),
      ),
    ),
  );
}

async function show(): Promise<void> {
  const content = document.getElementById('content')!;
  try {
    const response = await fetch('/openapi.json');
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const root = (await response.json()) as Json;
    const info = fields(fields(root)['info']);
    const groups = new Map<string, Operation[]>();
    for (const one of operations(root)) groups.set(one.tag, [...(groups.get(one.tag) ?? []), one]);
    document.getElementById('index')!.replaceChildren(...indexView(groups));
    content.replaceChildren(
      el('h1', '', text(info['title']) || 'API', el('small', '', ` ${text(info['version'])}`)),
      el('p', 'lead', text(info['description'])),
      ...[...groups].flatMap(([tag, list]) => [
        el('h2', '', tag),
        ...list.map((one) => operationView(root, one)),
      ]),
    );
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    const status = el(
      'p',
      'failure',
      `The API description could not be loaded (${String(error)}).`,
    );
    status.setAttribute('role', 'alert');
    content.replaceChildren(status);
  }
}

void show();
