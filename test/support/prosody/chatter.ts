import { usualTimeouts } from '#main/channels/xmpp/deadlines.ts';
import { readSettings } from '#main/channels/xmpp/settings.ts';
import { XmppConnection } from '#main/channels/xmpp/stream/connection.ts';
import type { Element } from '#main/channels/xmpp/stream/element.ts';
import type { XmppServer } from '../xmpp/xmpp-server.ts';

/** Somebody who writes, on a connection of their own. */
export type Chatter = {
  /** Over when the server has acknowledged it. */
  readonly deliver: (message: Element) => Promise<void>;
  readonly say: (stanza: Element) => void;
  readonly onMessage: (listener: (message: Element) => void) => void;
  readonly close: () => void;
};

/** Signs in as an account of the server, in plain text on loopback. */
export async function chatter(
  server: Pick<XmppServer, 'host' | 'port' | 'domain'>,
  local: string,
  password = 'secret',
): Promise<Chatter> {
  const settings = readSettings(`${local}@${server.domain}`, {
    xmppHost: server.host,
    xmppPort: server.port,
    xmppSecurity: 'plain',
  });
  const signal = new AbortController().signal;
  const login = { user: local, password };
  const connection = await XmppConnection.open({ settings, login, timeouts: usualTimeouts }, signal);
  return {
    deliver: (message) => connection.deliver(message, signal),
    say: (stanza) => connection.say(stanza),
    onMessage: (listener) => {
      connection.onMessage(listener);
    },
    close: () => connection.close(),
  };
}
