// Chromium for the tests: one process per test file, a fresh context per test.
//
// Every page is watched: an uncaught exception, a CSP violation or a request to a foreign origin
// fails the test that caused it (a test may allow what it provokes).

import { chromium } from 'playwright-core';

export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `netLog`: a file for Chromium's own log of its network, complete once the browser is closed. */
export async function launch(netLog = '') {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  if (netLog) args.push(`--log-net-log=${netLog}`);
  return chromium.launch({ timeout: 120_000, executablePath, args });
}

export class Watch {
  constructor() {
    this.errors = [];
    this.violations = [];
    this.requests = [];
  }

  attach(context) {
    context.on('weberror', (error) => this.errors.push(String(error.error())));
    context.on('console', (message) => {
      if (/Content Security Policy|Trusted ?Type/i.test(message.text()))
        this.violations.push(message.text());
    });
    context.on('request', (request) => this.requests.push(request.url()));
  }

  foreign(...origins) {
    return this.requests.filter(
      (url) =>
        !/^(data|blob|about):/.test(url) && !origins.some((origin) => url.startsWith(`${origin}/`)),
    );
  }
}
