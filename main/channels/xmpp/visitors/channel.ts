import type { Channel, Secrets, SessionContext } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { usualTimeouts } from '../deadlines.ts';
import type { Timeouts } from '../deadlines.ts';
import { discoverServer } from '../discovery.ts';
import { ownJid, readSettings } from '../settings.ts';
import { composeAnswer, readVisitor } from './compose.ts';
import { examineVisitors } from './examine.ts';
import { visitorsMapper } from './mapper.ts';
import { livechatProfile } from './profile.ts';
import { LivechatSession } from './session.ts';
import { VisitorBook } from './visitor-book.ts';

/** Makes the website chat: an XMPP account whose customers are visitors without an account of their own. */
export function createLivechatChannel(options: { readonly timeouts?: Partial<Timeouts> } = {}): Channel {
  const timeouts: Timeouts = { ...usualTimeouts, ...options.timeouts };
  // What listens and what sends for one account share what they know of its visitors.
  const books = new WeakMap<SessionContext, VisitorBook>();
  const bookOf = (context: SessionContext): VisitorBook => {
    const book = books.get(context) ?? new VisitorBook();
    books.set(context, book);
    return book;
  };
  const open = (context: SessionContext): LivechatSession =>
    new LivechatSession(context, timeouts, bookOf(context));
  return {
    profile: livechatProfile,
    mapper: visitorsMapper,
    discover: (address, _context, signal) => {
      const jid = ownJid(address);
      return discoverServer(jid.slice(jid.indexOf('@') + 1), signal);
    },
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (address, settings, credential): Secrets => {
      const { local } = readSettings(address, settings);
      const refused = credential.kind !== 'password' || /^$|[\0\r\n]/.test(credential.password);
      if (refused) throw new ChannelError(failure('settings', 'password'));
      return { kind: 'password', user: local, password: credential.password };
    },
    probe: async (context, signal) => {
      const session = new LivechatSession(context, timeouts, new VisitorBook());
      try {
        return { address: ownJid(context.address), streams: await session.streams(signal) };
      } finally {
        await session.close();
      }
    },
    open,
    readRecipient: readVisitor,
    compose: composeAnswer,
    examine: (context, signal) => examineVisitors(context, timeouts, signal),
  };
}

/** The website chat of the product. */
export const livechatChannel: Channel = createLivechatChannel();
