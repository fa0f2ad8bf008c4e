// Behaviour of the demo site: the embed snippet with this server's address, and buttons that talk
// to the widget through its page API.

interface PageApi {
  open(): void;
  send(text: string): void;
}

const chat = () => (window as { Parley?: PageApi }).Parley;

const snippet = [
  `<script async src="${location.origin}/static/widget/chatbot.js"`,
  '  data-bot-name="Ada" data-color="#5166d6" data-position="right"></script>',
].join('\n');

const code = document.getElementById('snippet');
if (code) code.textContent = snippet;

document.getElementById('open-chat')?.addEventListener('click', () => chat()?.open());

document.getElementById('copy-snippet')?.addEventListener('click', (event) => {
  const button = event.currentTarget as HTMLButtonElement;
  void navigator.clipboard.writeText(snippet).then(() => {
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
});

for (const button of document.querySelectorAll<HTMLButtonElement>('.ask')) {
  button.addEventListener('click', () => {
    chat()?.open();
    chat()?.send(button.dataset['ask'] ?? '');
  });
}
