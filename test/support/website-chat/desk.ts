import type { Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { Inbound, InboundFact, Understood } from '#main/channels/kit/inbound.ts';
import type { Attempt, Composed, SendResult } from '#main/channels/kit/outgoing.ts';
import { createLivechatChannel } from '#main/channels/xmpp/visitors/channel.ts';
import { systemClock } from '../email-account.ts';
import { eventually } from '../eventually.ts';
import type { Prosody } from '../prosody/prosody.ts';
import { uniqueName } from '../temp.ts';
import { visitorsHost } from './visitor.ts';

const never = (): AbortSignal => new AbortController().signal;
const channel = createLivechatChannel();

/** Steward's side of a website chat: the channel itself, without an engine. */
export type Desk = {
  readonly agent: string;
  readonly context: SessionContext;
  readonly returned: string[];
  /** Listens, as Steward does while it runs, until the returned function is called. */
  readonly listen: () => Promise<() => Promise<void>>;
  readonly understood: () => Promise<readonly Understood[]>;
  readonly answer: (
    room: string,
    text: string,
  ) => Promise<{ readonly id: string; readonly result: SendResult }>;
  readonly attempt: (room: string, id: string, text: string) => Attempt;
  readonly send: (attempt: Attempt) => Promise<SendResult>;
};

let answers = 0;

/** A new account on the server, and a desk for it; what is open at the end is added to `ends`. */
export async function newDesk(server: Prosody, ends: (() => unknown)[]): Promise<Desk> {
  const user = uniqueName('chat');
  await server.register(user, 'secret');
  const agent = `${user}@${server.domain}`;
  const returned: string[] = [];
  const context: SessionContext = {
    address: agent,
    settings: {
      xmppHost: server.host,
      xmppPort: server.port,
      xmppSecurity: 'plain',
      chatUrl: server.websocket,
      chatHost: visitorsHost,
    },
    clock: systemClock,
    secrets: () => ({ kind: 'password', user, password: 'secret' }),
    saveSecrets: () => Promise.resolve(),
    retrySends: (recipient) => returned.push(recipient),
    log: () => undefined,
  };
  const open = (): Session => {
    const session = channel.open(context);
    ends.push(() => session.close());
    return session;
  };
  const attempt = (room: string, id: string, text: string): Attempt => {
    const composed: Composed = channel.compose(
      {
        clientId: id,
        at: Date.now(),
        from: { name: '', address: agent },
        to: [{ name: '', address: room }],
        cc: [],
        bcc: [],
        subject: '',
        text,
        html: null,
        files: [],
        references: [],
        automatic: false,
        answers: null,
        visibility: null,
        warning: '',
        template: null,
      },
      context.settings,
    );
    return {
      ...composed,
      clientId: id,
      envelopeFrom: agent,
      pending: composed.recipients,
      since: Date.now(),
    };
  };
  const send = async (one: Attempt): Promise<SendResult> => {
    const session = open();
    try {
      return await session.send(one, { handingOver: () => Promise.resolve() }, never());
    } finally {
      await session.close();
    }
  };
  return {
    agent,
    context,
    returned,
    listen: async () => {
      const session = open();
      const stop = new AbortController();
      let hints = 0;
      const listening = session
        .listen(['archive'], () => (hints += 1), stop.signal)
        .catch((error: unknown) => error);
      await eventually(() => hints > 0, { message: 'it listens', withinMs: 60_000 });
      return async () => {
        stop.abort(new Error('enough'));
        await listening;
        await session.close();
      };
    },
    understood: async () => {
      const session = open();
      const { items } = await session.pull(
        'archive',
        null,
        { maxItems: 200, maxBytes: 1e6, check: false },
        never(),
      );
      await session.close();
      const map = { own: [agent], streamRole: 'all', trustedAuthserv: null, now: Date.now() } as const;
      return items.toReversed().map((item) => channel.mapper.map(item, map));
    },
    attempt,
    send,
    answer: async (room, text) => {
      answers += 1;
      const id = `019a8f00-0000-7000-8000-${String(answers).padStart(12, '0')}`;
      return { id, result: await send(attempt(room, id, text)) };
    },
  };
}

/** What was said in an account's archive, oldest first. */
export const messagesOf = async (desk: Desk): Promise<readonly Inbound[]> =>
  (await desk.understood()).flatMap((one) => (one.kind === 'message' ? [one] : []));

/** Facts of one kind in it, oldest first. */
export const factsOf = async <Kind extends InboundFact['kind']>(
  desk: Desk,
  kind: Kind,
): Promise<readonly Extract<InboundFact, { kind: Kind }>[]> =>
  (await desk.understood()).filter((one): one is Extract<InboundFact, { kind: Kind }> => one.kind === kind);

/** The room of whoever wrote first. */
export const roomOf = async (desk: Desk): Promise<string> => {
  const [first] = await messagesOf(desk);
  const room = first?.thread.room ?? null;
  if (room === null) throw new Error('nobody wrote');
  return room;
};
