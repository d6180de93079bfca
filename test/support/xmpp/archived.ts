import { readPage } from '#main/channels/xmpp/archive/archive-page.ts';
import type { Where } from '#main/channels/xmpp/archive/archive-page.ts';
import { usualTimeouts } from '#main/channels/xmpp/deadlines.ts';
import { readSettings } from '#main/channels/xmpp/settings.ts';
import { XmppConnection } from '#main/channels/xmpp/stream/connection.ts';
import { serialised } from '#main/channels/xmpp/stream/element.ts';

/** How often an id lies in an account's archive, asked over a connection of its own; the password is `secret`. */
export async function archivedAt(
  server: { readonly host: string; readonly port: number; readonly domain: string },
  local: string,
  id: string,
): Promise<number> {
  const own = `${local}@${server.domain}`;
  const settings = readSettings(own, {
    xmppHost: server.host,
    xmppPort: server.port,
    xmppSecurity: 'plain',
  });
  const signal = new AbortController().signal;
  const login = { user: local, password: 'secret' };
  const connection = await XmppConnection.open({ settings, login, timeouts: usualTimeouts }, signal);
  try {
    let found = 0;
    let where: Where = { kind: 'newest' };
    for (;;) {
      const page = await readPage(connection, own, where, 100, signal);
      found += page.results.filter(({ result }) => serialised(result).includes(id)).length;
      if (page.complete || page.first === null || page.results.length === 0) return found;
      where = { kind: 'before', id: page.first };
    }
  } finally {
    connection.close();
  }
}
