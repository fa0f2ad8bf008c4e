// A Chat Completions endpoint that always says the same words.
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startChatModel(words) {
  const server = createServer(async (request, response) => {
    for await (const _ of request); // the whole question
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta, reason = null) =>
      response.write(
        `data: ${JSON.stringify({
          id: 'c',
          object: 'chat.completion.chunk',
          model: 'm',
          choices: [{ index: 0, delta, finish_reason: reason }],
        })}\n\n`,
      );
    for (const content of words) chunk({ content });
    chunk({}, 'stop');
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
