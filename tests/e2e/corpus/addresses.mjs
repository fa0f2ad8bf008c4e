// Addresses of schemes that run or smuggle something, as HTML, as markdown and bare.
import { evil, run } from './words.mjs';

const schemes = [
  `javascript:${run}`,
  `JaVaScRiPt:${run}`,
  `java\tscript:${run}`,
  `\x01javascript:${run}`,
  `javascript\u200b:${run}`,
  `javascript://%0a${run}`,
  `javascript://good.example/%0d%0a${run}`,
  `javascript:/*--></title></style></script>*/${run}`,
  `&#106;avascript:${run}`,
  `&#x6A&#x61vascript:${run}`,
  `javascript&colon;${run}`,
  `java&Tab;script:${run}`,
  `java&NewLine;script:${run}`,
  `%6aavascript:${run}`,
  `view-source:javascript:${run}`,
  `jar:javascript:${run}!/`,
  `vbscript:${run}`,
  `livescript:${run}`,
  `mocha:${run}`,
  `data:text/html,<script>${run}</script>`,
  `data:text/html;base64,PHNjcmlwdD53aW5kb3cuX19wd25lZD0xPC9zY3JpcHQ+`,
  `data:text/html;charset=utf-7,+ADw-script+AD4-${run}`,
  `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"/>`,
  `data:application/xhtml+xml,<script xmlns="http://www.w3.org/1999/xhtml">${run}</script>`,
  `data:,x`,
  `blob:https://evil.example/0c5a`,
  `filesystem:https://evil.example/temporary/x.html`,
  `file:///etc/passwd`,
  `about:blank#${run}`,
  `ftp://evil.example/x`,
  `ws://evil.example/x`,
  `intent://evil.example/#Intent;scheme=https;end`,
  `ms-word:ofe|u|${evil}`,
  `sms:+15550100?body=secret`,
];

/** Such an address where people and models would put one; all schemes in one or two of the ways. */
const ways = [
  (address) => `[x](${address})`,
  (address) => `[x](<${address}>)`,
  (address) => `<${address}>`,
  (address) => `[x][r]\n\n[r]: ${address}`,
  (address) => `<a href="${address}">x</a>`,
  (address) => `<form action="${address}"><button>x</button></form>`,
  (address) => `<iframe src="${address}"></iframe>`,
  (address) => `![x](${address})`,
  (address) => `<object data="${address}"></object>`,
  (address) => `<button formaction="${address}">x</button>`,
];

export default schemes.flatMap((address, at) => [
  ways[0](address),
  ways[1 + (at % (ways.length - 1))](address),
]);
