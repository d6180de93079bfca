import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import type { WebsiteChat } from '#shared/domain/website-chat/snippet.ts';
import { policyFor, snippetFor } from '#shared/domain/website-chat/snippet.ts';
import { LOOPBACK, freePort } from '../ports.ts';

/** A shop's website on loopback. */
export type ShopSite = {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
};

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
};

/** A page that styles everything it can, as strangers' pages do, and forbids everything it need not allow. */
const pageWith = (head: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Bikes &amp; more</title>
${head}
</head>
<body><main><h1>Bikes</h1><p>Red, blue and green ones.</p><p><a href="/other">Another page</a></p></main></body></html>`;

const shopCss = `div, section, button, p { color: fuchsia !important; font-size: 40px !important; position: static !important; transform: none; }
button { all: unset } * { letter-spacing: 0.4em } main { letter-spacing: normal } main * { color: black !important; letter-spacing: normal }`;

/** Starts a website whose pages hold what Settings writes, under the policy that Settings names, and nothing more. */
export async function startShopSite(
  chat: WebsiteChat,
  options: {
    /** The chat's file as the build made it. */
    readonly chatFile: string;
    /** More attributes of the chat's script, without `data-`. */
    readonly more?: Readonly<Record<string, string>>;
    /** The lines that Settings wrote; otherwise those it would write. */
    readonly snippet?: string;
    /** Other files by the folder they are served under. */
    readonly folders?: Readonly<Record<string, string>>;
    /** A page with another head and policy, by its path. */
    readonly pages?: Readonly<Record<string, { readonly head: string; readonly policy: string }>>;
  },
): Promise<ShopSite> {
  const asked: string[] = [];
  const more = Object.entries(options.more ?? {}).map(([name, value]) => `  data-${name}="${value}"`);
  const snippet = (options.snippet ?? snippetFor(chat)).replace(
    '\n></script>',
    `\n${more.join('\n')}\n></script>`,
  );
  const policy = `default-src 'none'; style-src 'self'; ${policyFor(chat)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://shop').pathname;
    asked.push(path);
    const own = options.pages?.[path];
    const folder = Object.keys(options.folders ?? {}).find((name) => path.startsWith(`/${name}/`));
    try {
      if (path === '/steward-chat.js') {
        response.setHeader('content-type', types['.js'] ?? '');
        response.end(readFileSync(options.chatFile));
      } else if (path === '/shop.css') {
        response.setHeader('content-type', types['.css'] ?? '');
        response.end(shopCss);
      } else if (folder !== undefined) {
        const file = normalize(path.slice(folder.length + 2));
        response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
        response.end(readFileSync(join(options.folders?.[folder] ?? '', file)));
      } else if (extname(path) !== '') {
        response.statusCode = 404;
        response.end();
      } else {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.setHeader('content-security-policy', own?.policy ?? policy);
        response.end(pageWith(own?.head ?? `<link rel="stylesheet" href="/shop.css">\n${snippet}`));
      }
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return {
    url: `http://${LOOPBACK}:${String(port)}/`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
