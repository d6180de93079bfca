import { protocol, type Session } from 'electron';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { framePolicy, pagePolicy, pageScheme } from './content-policy.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Has to be called before the application is ready. */
export const declarePageScheme = (): void => {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
};

const filesBelow = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extname(entry.name) in types)
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/${relative(folder, path).split(sep).join('/')}`, path]),
  );

/**
 * No `Cross-Origin-Opener-Policy`: it parts a window from those that opened it or that it opened, and there are none
 * (`lockContents` denies them). Chromium would start a second process for the page only to throw the first one away.
 */
const headersFor = (path: string): Record<string, string> => ({
  'Content-Type': types[extname(path)] ?? 'application/octet-stream',
  'Content-Security-Policy': path === '/frame.html' ? framePolicy : pagePolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
});

/** Chromium's number for a file that is not there (net::ERR_FILE_NOT_FOUND). */
const notFound = -6;

/**
 * Serves the page's files. The list is read once at start, and a request is answered only if it names a file of the
 * list to the letter, so that no spelling of a path leads anywhere else.
 *
 * By buffers and not by `handle`: that one speaks in Node's `fetch`, which would be compiled for it in the middle of the
 * start (ADR 27).
 */
export const servePage = (session: Session, folder: string): void => {
  const files = filesBelow(folder);
  session.protocol.registerBufferProtocol(pageScheme, (request, answer) => {
    const url = new URL(request.url);
    const path = files.get(url.pathname);
    if (url.host !== 'page' || request.method !== 'GET' || path === undefined) {
      answer({ statusCode: 404, data: Buffer.alloc(0) });
      return;
    }
    readFile(path).then(
      (data) => answer({ data, headers: headersFor(url.pathname) }),
      () => answer({ error: notFound }),
    );
  });
};
