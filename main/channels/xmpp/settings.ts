import type { Settings } from '#shared/contract/accounts.ts';
import { readEndpoint } from '../kit/endpoint.ts';
import type { Endpoint } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { bareJid } from './names.ts';
import { namedRooms } from './rooms/named-rooms.ts';

/** The settings of an XMPP account, checked. */
export type XmppSettings = {
  readonly server: Endpoint;
  /** Our own bare address. */
  readonly jid: string;
  readonly local: string;
  readonly domain: string;
  /** Rooms to take part in, by the form alone. */
  readonly rooms: readonly string[];
};

/** Our address as the form gave it, or a ChannelError `settings`. */
export function ownJid(address: string): string {
  const jid = bareJid(address.trim());
  if (jid?.includes('@') !== true) throw new ChannelError(failure('settings', 'address'));
  return jid;
}

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(address: string, settings: Settings): XmppSettings {
  const jid = ownJid(address);
  const at = jid.indexOf('@');
  return {
    server: readEndpoint(settings, 'xmpp', { tls: 5223, starttls: 5222 }),
    jid,
    local: jid.slice(0, at),
    domain: jid.slice(at + 1),
    rooms: namedRooms(settings),
  };
}
