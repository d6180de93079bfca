import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** A visitor looks at shops on this machine alone; Debian's Chromium would look for its maker's servers by itself. */
const knowsOnlyLoopback = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost';

/** Debian's Chromium, without a window; as root it cannot use its sandbox. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', knowsOnlyLoopback],
  });
