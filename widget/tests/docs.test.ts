import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curlFor, exampleOf, operations, type Json } from '../docs/model';

const document: Json = {
  paths: {
    '/api/chat/message': {
      post: {
        tags: ['Chat'],
        summary: 'Ask',
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Ask' } } },
        },
        responses: { 200: { description: 'Answer' }, 404: { $ref: '#/components/responses/Gone' } },
      },
    },
  },
  components: {
    responses: { Gone: { description: 'No such session' } },
    schemas: {
      Ask: {
        type: 'object',
        required: ['message'],
        properties: {
          message: { type: 'string', example: "it's me" },
          deep: { $ref: '#/components/schemas/Ask' },
          count: { type: ['integer', 'null'] },
        },
      },
    },
  },
};

test('operations and their references are read', () => {
  const [one] = operations(document);
  assert.equal(one?.tag, 'Chat');
  assert.deepEqual(
    one?.responses.map(({ status, description }) => [status, description]),
    [
      ['200', 'Answer'],
      ['404', 'No such session'],
    ],
  );
});

test('examples are made from schemas, also from ones that contain themselves', () => {
  const example = exampleOf(document, { $ref: '#/components/schemas/Ask' }) as Record<string, Json>;
  assert.equal(example['message'], "it's me");
  assert.equal(example['count'], 0);
});

test('the curl command survives quotes', () => {
  const command = curlFor(document, operations(document)[0]!, 'http://localhost:8000');
  assert.match(command, /^curl -X POST 'http:\/\/localhost:8000\/api\/chat\/message' \\\n/);
  assert.match(command, /it'\\''s me/);
});
