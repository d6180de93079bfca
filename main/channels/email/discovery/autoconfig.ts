import { Parser } from 'htmlparser2';
import type { FoundPair, FoundServer } from './candidates.ts';

const longestDocument = 256 * 1024;

type Server = {
  readonly protocol: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly authentications: readonly string[];
};

/**
 * Reads a Thunderbird autoconfig document (https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html):
 * the first IMAP and the first SMTP server with TLS and a way to sign in that we have. Null when there is no such pair.
 */
export function readAutoconfig(xml: string, address: string): FoundPair | null {
  const servers = readServers(xml.slice(0, longestDocument));
  const imap = servers.find((server) => server.protocol === 'imap' && isUsable(server));
  const smtp = servers.find((server) => server.protocol === 'smtp' && isUsable(server));
  const foundImap = imap === undefined ? null : serverOf(imap, address);
  const foundSmtp = smtp === undefined ? null : serverOf(smtp, address);
  if (imap === undefined || foundImap === null || foundSmtp === null) return null;
  return {
    imap: foundImap,
    smtp: foundSmtp,
    user: fill(imap.fields.get('username') ?? '%EMAILADDRESS%', address),
  };
}

function readServers(xml: string): readonly Server[] {
  const servers: Server[] = [];
  let open: { protocol: string; fields: Map<string, string>; authentications: string[] } | null = null;
  let text = '';
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        text = '';
        if (/^(incoming|outgoing)server$/i.test(name)) {
          open = {
            protocol: (attributes['type'] ?? '').toLowerCase(),
            fields: new Map(),
            authentications: [],
          };
        }
      },
      ontext: (piece) => {
        text += piece;
      },
      onclosetag: (name) => {
        const field = name.toLowerCase();
        if (/^(incoming|outgoing)server$/.test(field)) {
          if (open !== null) servers.push(open);
          open = null;
        } else if (field === 'authentication') open?.authentications.push(text.trim().toLowerCase());
        else open?.fields.set(field, text.trim());
        text = '';
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  return servers;
}

const signIns = ['password-cleartext', 'plain', 'password-encrypted', 'oauth2'];

const isUsable = (server: Server): boolean =>
  ['ssl', 'tls', 'starttls'].includes(socketOf(server)) &&
  (server.authentications.length === 0 || server.authentications.some((way) => signIns.includes(way)));

const socketOf = (server: Server): string => (server.fields.get('sockettype') ?? '').toLowerCase();

function serverOf(server: Server, address: string): FoundServer | null {
  const host = fill(server.fields.get('hostname') ?? '', address).toLowerCase();
  const port = Number(server.fields.get('port'));
  if (
    !/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(host) ||
    !Number.isInteger(port) ||
    port < 1 ||
    port > 65_535
  )
    return null;
  return { host, port, security: socketOf(server) === 'starttls' ? 'starttls' : 'tls' };
}

/** The places of the format, filled in. */
function fill(text: string, address: string): string {
  const at = address.lastIndexOf('@');
  return text
    .replaceAll('%EMAILADDRESS%', address)
    .replaceAll('%EMAILLOCALPART%', address.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', address.slice(at + 1));
}
