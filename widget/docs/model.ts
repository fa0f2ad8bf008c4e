// The part of OpenAPI 3 that the reader shows, and how it is read from a document.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { [key: string]: Json };

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  parameters: Fields[];
  body: { type: string; schema: Json; example: Json } | null;
  responses: { status: string; description: string; schema: Json; type: string }[];
}

export function fields(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Follows a local reference (#/components/…); anything else is given back as it is. */
export function resolve(document: Json, value: Json | undefined): Json {
  const reference = text(fields(value)['$ref']);
  if (!reference.startsWith('#/')) return value ?? null;
  const steps = reference
    .slice(2)
    .split('/')
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  return steps.reduce<Json>((at, step) => fields(at)[step] ?? null, document);
}

function firstContent(content: Json | undefined): { type: string; media: Fields } | null {
  const [entry] = Object.entries(fields(content));
  return entry ? { type: entry[0], media: fields(entry[1]) } : null;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function operation(document: Json, path: string, method: string, item: Fields): Operation {
  const raw = fields(item[method]);
  const parameters = [item['parameters'], raw['parameters']]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((one) => fields(resolve(document, one)));
  const body = firstContent(fields(resolve(document, raw['requestBody']))['content']);
  const tags = Array.isArray(raw['tags']) ? raw['tags'] : [];
  return {
    id: `${method}-${path}`.replace(/[^a-z0-9]+/gi, '-'),
    method,
    path,
    parameters,
    tag: text(tags[0]) || 'Other',
    summary: text(raw['summary']),
    description: text(raw['description']),
    body: body && {
      type: body.type,
      schema: body.media['schema'] ?? null,
      example: body.media['example'] ?? null,
    },
    responses: Object.entries(fields(raw['responses'])).map(([status, one]) => {
      const response = fields(resolve(document, one));
      const content = firstContent(response['content']);
      return {
        status,
        description: text(response['description']),
        schema: content?.media['schema'] ?? null,
        type: content?.type ?? '',
      };
    }),
  };
}

/** All operations, in the document's order. */
export function operations(document: Json): Operation[] {
  return Object.entries(fields(fields(document)['paths'])).flatMap(([path, item]) =>
    methods
      .filter((method) => method in fields(item))
      .map((method) => operation(document, path, method, fields(item))),
  );
}

const depthMax = 6;

/** A readable example of a schema: its own example, else one made from its types. */
export function exampleOf(document: Json, schema: Json, depth = 0): Json {
  const one = fields(resolve(document, schema));
  if (one['example'] !== undefined) return one['example'];
  if (one['default'] !== undefined) return one['default'];
  if (Array.isArray(one['enum'])) return one['enum'][0] ?? null;
  if (depth > depthMax) return null;
  const parts = one['allOf'] ?? one['oneOf'] ?? one['anyOf'];
  if (Array.isArray(parts)) {
    const made = parts.map((part) => exampleOf(document, part, depth + 1));
    return one['allOf'] ? (Object.assign({}, ...made.map(fields)) as Json) : (made[0] ?? null);
  }
  const type = Array.isArray(one['type']) ? text(one['type'][0]) : text(one['type']);
  if (type === 'array') return [exampleOf(document, one['items'] ?? null, depth + 1)];
  if (type === 'object' || one['properties']) {
    return Object.fromEntries(
      Object.entries(fields(one['properties'])).map(([name, part]) => [
        name,
        exampleOf(document, part, depth + 1),
      ]),
    );
  }
  const simple: Record<string, Json> = { integer: 0, number: 0, boolean: true, string: 'text' };
  return simple[type] ?? null;
}

/** The call as a curl command for a shell. */
export function curlFor(document: Json, one: Operation, origin: string): string {
  const quote = (value: string) => `'${value.replace(/'/g, `'\\''`)}'`;
  const lines = [`curl -X ${one.method.toUpperCase()} ${quote(origin + one.path)}`];
  if (one.body?.type === 'application/json') {
    const example = one.body.example ?? exampleOf(document, one.body.schema);
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(example))}`);
  } else if (one.body) {
    const names = Object.keys(fields(exampleOf(document, one.body.schema)));
    lines.push(
      ...names.map((name) => `-F ${quote(`${name}=${name === 'file' ? '@orders.csv' : '…'}`)}`),
    );
  }
  return lines.join(' \\\n  ');
}
