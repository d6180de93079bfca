/** Everything a website needs to know to show the chat. */
export type WebsiteChat = {
  /** Where visitors' browsers connect: a websocket address (RFC 7395). */
  readonly url: string;
  /** The server's host for people without an account (XEP-0175). */
  readonly host: string;
  /** Whom visitors write to. */
  readonly agent: string;
  readonly title: string;
  readonly greeting: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** A BCP 47 tag, or empty for the language of the page. */
  readonly language: string;
};

/** The name of the chat's one file; the snippet asks for it beside the page unless told where it lies. */
export const chatFile = 'steward-chat.js';

/** What is shown while nothing else was chosen. */
export const usualColour = '#1f5fbf';

/** What is wrong with a field, each with words under `website-chat.wrong.<field>`; empty when all can be used. */
export function wrongFields(chat: WebsiteChat): readonly ('url' | 'host' | 'colour' | 'language')[] {
  return [
    ...(isSocketAddress(chat.url) ? [] : ['url' as const]),
    ...(isHost(chat.host) ? [] : ['host' as const]),
    ...(/^#[0-9a-f]{6}$/i.test(chat.colour) ? [] : ['colour' as const]),
    ...(/^([a-z]{2,8}(-[a-z0-9]{1,8})*)?$/i.test(chat.language) ? [] : ['language' as const]),
  ];
}

/** A websocket address; without TLS only on this very machine, since every page that is safe refuses the rest. */
export function isSocketAddress(url: string): boolean {
  return (
    url.length <= 2_000 &&
    (/^wss:\/\/[^\s/?#"<>@]+(:\d{1,5})?(\/[^\s"<>#]*)?$/i.test(url) ||
      /^ws:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[^\s"<>#]*)?$/i.test(url))
  );
}

const isHost = (host: string): boolean =>
  host.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host);

const quoted = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\r\n]+/g, '&#10;');

/** The lines for the website's pages, with nothing in them that has to be run: the file is fetched from beside the page. */
export function snippetFor(chat: WebsiteChat, file = `/${chatFile}`): string {
  const attributes: readonly (readonly [string, string])[] = [
    ['src', file],
    ['data-url', chat.url],
    ['data-host', chat.host],
    ['data-agent', chat.agent],
    ['data-title', chat.title],
    ['data-greeting', chat.greeting],
    ['data-colour', chat.colour],
    ['data-lang', chat.language],
  ];
  const lines = attributes
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name}="${quoted(value)}"`);
  return ['<script async', ...lines, '></script>'].join('\n');
}

/** What the website's own policy has to allow, if it has one (CSP level 3). */
export function policyFor({ url }: WebsiteChat): string {
  const origin = /^wss?:\/\/[^/]+/i.exec(url)?.[0] ?? url;
  return `script-src 'self'; connect-src 'self' ${origin}`;
}

const domainOf = (agent: string): string => agent.slice(agent.indexOf('@') + 1);

/** The part of Prosody's configuration that lets visitors in (prosody.im/doc/modules/mod_websocket, doc/anonymous_logins). */
export function prosodyFor({ host, agent }: WebsiteChat): string {
  return `-- In the global section, before the first VirtualHost:
modules_enabled = {
  -- keep what is there already, and add:
  "websocket"; -- visitors' browsers connect by it
  "mam";       -- the archive: Steward reads what came while it was off
  "smacks";
  "carbons";
}
archive_expires_after = "1y"
-- Behind a web server that does TLS for the websocket:
consider_websocket_secure = true

-- The host whose people you answer as:
VirtualHost "${domainOf(agent)}"

-- The host for visitors; nobody has an account there:
VirtualHost "${host}"
  authentication = "anonymous"
  modules_enabled = { "blocklist"; "vcard_legacy" } -- for visitors with Converse.js
  -- Visitors may talk to this server's own hosts only:
  modules_disabled = { "s2s"; "mam"; "offline" }
  limits = { c2s = { rate = "10kb/s"; burst = "2s" } }

-- The account that Steward signs in to:
--   prosodyctl adduser ${agent}
`;
}

/** The same for ejabberd (docs.ejabberd.im: host_config, ejabberd_http_ws, mod_mam). */
export function ejabberdFor({ host, agent }: WebsiteChat): string {
  const domain = domainOf(agent);
  const local = agent.slice(0, agent.indexOf('@'));
  return `hosts:
  - "${domain}"
  - "${host}"

host_config:
  "${host}":
    auth_method: [anonymous]
    anonymous_protocol: sasl_anon
    allow_multiple_connections: false

listen:
  # keep what is there already, and add or extend:
  - port: 5443
    module: ejabberd_http
    tls: true
    request_handlers:
      /xmpp-websocket: ejabberd_http_ws

modules:
  # keep what is there already, and add:
  mod_mam:
    default: always
  mod_stream_mgmt: {}
  mod_carboncopy: {}
  mod_ping: {}
  mod_blocking: {} # for visitors with Converse.js

# The account that Steward signs in to:
#   ejabberdctl register ${local} ${domain} PASSWORD
`;
}
