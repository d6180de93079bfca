import { describe, expect } from 'vitest';
import type { Attempt, Outgoing, Reconciled, SendHooks } from '#main/channels/kit/outgoing.ts';
import type { SendClass } from '#shared/domain/channel-profile.ts';
import type { Conformance } from './conformance.ts';
import type { StagedAccount } from './harness.ts';
import { never, understood } from './inbox.ts';

const agreeing: SendHooks = { handingOver: () => Promise.resolve() };

const verdict = (found: Reconciled): Exclude<Reconciled, object> =>
  typeof found === 'object' ? 'accepted' : found;

let letters = 0;

const sixDigits = (number: number): string => String(number).padStart(6, '0');

const letter = (account: StagedAccount, changes: Partial<Outgoing> = {}): Outgoing => {
  letters += 1;
  return {
    clientId: `019a8f00-0000-7000-8000-${sixDigits(Date.now() % 1_000_000)}${sixDigits(letters)}`,
    at: Date.now(),
    from: { name: 'Agent', address: account.context.address },
    to: [account.customer],
    cc: [],
    bcc: [],
    subject: 'Your question',
    text: `Answer ${String(letters)}: it left yesterday. ’äöü’ 🙂`,
    html: null,
    files: [],
    references: [],
    automatic: false,
    answers: null,
    visibility: null,
    warning: '',
    template: null,
    ...changes,
  };
};

/** What the engine's outbox relies on, by the channel's send class. */
export function describeSending({ given, writtenTo, inbox, open, stage }: Conformance): void {
  const attemptOf = (account: StagedAccount, message = letter(account)): Attempt => {
    const composed = stage().channel.compose(message, account.context.settings);
    return {
      ...composed,
      clientId: message.clientId,
      envelopeFrom: message.from.address,
      pending: composed.recipients,
      since: message.at,
    };
  };
  const sendClass = (): SendClass => stage().channel.profile.capabilities.send;

  describe('sending', () => {
    given([], 'composes the same bytes every time, and names whom they are for', async () => {
      const account = await writtenTo();
      const message = letter(account);
      const one = attemptOf(account, message);
      expect(one.pending).toEqual([account.customer.address]);
      if (stage().channel.redate === undefined || one.externalId !== null)
        expect(attemptOf(account, message).externalId).toBe(one.externalId);
    });

    given([], 'says before it hands over that it will, and only then can the server have it', async () => {
      const account = await writtenTo();
      const attempt = attemptOf(account);
      let before = -1;
      const hooks = {
        handingOver: async (): Promise<void> => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          before = await account.taken(attempt);
        },
      };
      const result = await open(account).send(attempt, hooks, never());
      expect(result).toMatchObject({ kind: 'accepted', accepted: attempt.pending, refused: [] });
      expect(before).toBe(0);
      expect(await account.taken(attempt)).toBe(1);
    });

    given([], 'sends nothing when the hand-over cannot be saved', async () => {
      const account = await writtenTo();
      const attempt = attemptOf(account);
      const failing = { handingOver: () => Promise.reject(new Error('disk full')) };
      await expect(open(account).send(attempt, failing, never())).rejects.toThrow('disk full');
      expect(await account.taken(attempt)).toBe(0);
    });

    given(['write', 'echo'], 'knows its own message again when it comes back', async () => {
      const account = await writtenTo();
      const attempt = attemptOf(account);
      const session = open(account);
      const sent = await session.send(attempt, agreeing, never());
      await session.fileSent?.(attempt, never());
      const sentAs = sent.kind === 'accepted' ? sent.externalId : null;
      const here = inbox(account, account.sentStream);
      const items = (await here.catchUp(session)).flatMap((batch) => batch.items);
      const echoes = items
        .map((item) => understood(stage().channel, item, [account.context.address], { streamRole: 'sent' }))
        // By our own id, or where the server has no room for that, by the name it gave when it took the message.
        .filter(
          (result) =>
            result.kind === 'message' &&
            (result.clientId === attempt.clientId || (sentAs !== null && result.name === sentAs)),
        );
      expect(echoes).toMatchObject([{ direction: 'out', from: { address: account.context.address } }]);
    });

    given(
      ['lose-verdict'],
      'honours its class when the verdict of a message that was taken is lost',
      async () => {
        const account = await writtenTo();
        const attempt = attemptOf(account);
        const session = open(account);
        account.loseVerdict('taken');
        expect(await session.send(attempt, agreeing, never())).toMatchObject({ kind: 'unknown' });
        expect(await account.taken(attempt)).toBe(1);
        const proved = verdict(await open(account).reconcile(attempt, never()));
        // The outbox sends again after "absent": said of a message that was taken, it would be a double.
        switch (sendClass()) {
          case 'key':
            await open(account).send(attempt, agreeing, never());
            expect(await account.taken(attempt)).toBe(1);
            break;
          case 'findable':
            expect(['accepted', 'unknown']).toContain(proved);
            break;
          default:
            expect(proved).toBe('unknown');
        }
      },
    );

    given(['lose-verdict'], 'never takes a message that was lost for one that arrived', async () => {
      const account = await writtenTo();
      const attempt = attemptOf(account);
      account.loseVerdict('not-taken');
      const result = await open(account).send(attempt, agreeing, never());
      expect(['retry', 'unknown']).toContain(result.kind);
      expect(await account.taken(attempt)).toBe(0);
      const proved = verdict(await open(account).reconcile(attempt, never()));
      expect(proved).not.toBe('accepted');
      if (proved === 'absent' || result.kind === 'retry') {
        expect(await open(account).send(attempt, agreeing, never())).toMatchObject({ kind: 'accepted' });
        expect(await account.taken(attempt)).toBe(1);
      }
    });

    given(['write'], 'finds what was accepted, where its class promises that', async () => {
      const account = await writtenTo();
      const attempt = attemptOf(account);
      const session = open(account);
      await session.send(attempt, agreeing, never());
      await session.fileSent?.(attempt, never());
      const proved = verdict(await open(account).reconcile(attempt, never()));
      // Where sending again is harmless nobody has to look.
      const promised = { key: ['absent', 'accepted'], findable: ['accepted'], none: ['unknown'] };
      expect(promised[sendClass()]).toContain(proved);
    });

    given(['write'], 'sends the same words twice as two messages', async () => {
      const account = await writtenTo();
      const [one, two] = [attemptOf(account), attemptOf(account)];
      const session = open(account);
      for (const attempt of [one, two]) await session.send(attempt, agreeing, never());
      expect([await account.taken(one), await account.taken(two)]).toEqual([1, 1]);
    });
  });
}
