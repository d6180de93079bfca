import { createServer } from 'node:http';
import { LOOPBACK, freePort } from '../ports.ts';

/** How a client connects to one server of a provider. */
export type ServerSetting = {
  readonly kind: 'imap' | 'pop3' | 'smtp';
  readonly host: string;
  readonly port: number;
  readonly socket: 'SSL' | 'STARTTLS' | 'plain';
  /** Placeholders such as %EMAILADDRESS% and %EMAILLOCALPART% stay as they are; %EMAILADDRESS% by default. */
  readonly username?: string;
  readonly authentication?: readonly ('password-cleartext' | 'password-encrypted' | 'OAuth2')[];
};

/** What is known about a domain. */
export type DomainSettings = { readonly displayName?: string; readonly servers: readonly ServerSetting[] };

/** What a domain's page answers: settings, or any other thing that real servers do. */
export type AutoconfigAnswer =
  | { readonly kind: 'settings'; readonly settings: DomainSettings }
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly body: string;
      readonly contentType?: string;
      readonly location?: string;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' };

/** A server of Mozilla's autoconfiguration format (wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat). */
export type Autoconfig = {
  readonly port: number;
  /** Stands for `http://autoconfig.DOMAIN` when discovery is told to use another base; add the path after it. */
  readonly baseUrl: string;
  readonly set: (domain: string, answer: AutoconfigAnswer) => void;
  /** Method, host, path and query of every request. */
  readonly requests: () => readonly { readonly host: string; readonly url: string }[];
  readonly stop: () => Promise<void>;
};

const PATHS = ['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml'];

/** Starts the server; a request's domain is read from `emailaddress=`, else from its Host, else from a `/v1.1/DOMAIN` path. */
export async function startAutoconfig(
  domains: Readonly<Record<string, DomainSettings>> = {},
): Promise<Autoconfig> {
  const port = await freePort();
  const answers = new Map<string, AutoconfigAnswer>();
  for (const [domain, settings] of Object.entries(domains))
    answers.set(domain, { kind: 'settings', settings });
  const requests: { host: string; url: string }[] = [];
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const url = new URL(request.url ?? '/', `http://${host || LOOPBACK}`);
    requests.push({ host, url: `${url.pathname}${url.search}` });
    const domain = domainOf(url);
    const answer = domain === undefined ? undefined : answers.get(domain);
    if (domain === undefined || answer === undefined) {
      response.writeHead(404).end();
    } else if (answer.kind === 'settings') {
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
      response.end(autoconfigXml(domain, answer.settings));
    } else if (answer.kind === 'raw') {
      response.writeHead(answer.status, {
        'content-type': answer.contentType ?? 'text/html',
        ...(answer.location === undefined ? {} : { location: answer.location }),
      });
      response.end(answer.body);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return {
    port,
    baseUrl: `http://${LOOPBACK}:${String(port)}`,
    set: (domain, answer) => {
      answers.set(domain, answer);
    },
    requests: () => [...requests],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The document that describes a domain, as its owner would publish it. */
function autoconfigXml(domain: string, settings: DomainSettings): string {
  const servers = settings.servers.map((server) => {
    const [element, authentication] =
      server.kind === 'smtp'
        ? ['outgoingServer', server.authentication]
        : ['incomingServer', server.authentication];
    const methods = authentication ?? ['password-cleartext'];
    return `    <${element} type="${server.kind}">
      <hostname>${escapeXml(server.host)}</hostname>
      <port>${String(server.port)}</port>
      <socketType>${server.socket}</socketType>
      <username>${escapeXml(server.username ?? '%EMAILADDRESS%')}</username>
${methods.map((method) => `      <authentication>${method}</authentication>`).join('\n')}
    </${element}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${escapeXml(domain)}">
    <domain>${escapeXml(domain)}</domain>
    <displayName>${escapeXml(settings.displayName ?? domain)}</displayName>
${servers.join('\n')}
  </emailProvider>
</clientConfig>
`;
}

function domainOf(url: URL): string | undefined {
  const listed = /^\/v1\.1\/([^/]+)$/.exec(url.pathname)?.[1];
  if (listed !== undefined) return listed.toLowerCase();
  if (!PATHS.includes(url.pathname)) return undefined;
  const address = url.searchParams.get('emailaddress');
  const domain = address?.split('@').at(-1) ?? url.hostname.replace(/^autoconfig\./, '');
  return domain.toLowerCase();
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
