import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { clickSend, copiesOf, outboxAtRest, wireOf } from '#test/support/faults/sending.ts';
import type { Sent } from '#test/support/faults/sending.ts';
import {
  addAccount,
  inStep,
  openHere,
  plainSettings,
  tell,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import type { ScriptedFault } from '#test/support/scripted-smtp/script.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';

/** The product waits six seconds for a copy, and ten minutes for a verdict, of which a busy machine needs some for a large body. */
const withVerdictIn = (verdict: number) =>
  new Map([['email', createEmailChannel({ timeouts: { verdict, filedPerhaps: 500 } })]]);
const channels = withVerdictIn(90_000);
const impatient = withVerdictIn(2_000);

const lookDelaysMs = [0, 1_000, 2_000, 3_000, 4_000];

/** One shop with a server, a line and an engine of its own, so that faults hit nobody else. */
type Shop = {
  readonly server: MailServer;
  readonly line: CuttingProxy;
  readonly engine: TestEngine;
  readonly user: string;
  readonly recipients: readonly string[];
};

async function inShop(
  people: number,
  faults: readonly ScriptedFault[],
  work: (shop: Shop) => Promise<void>,
  registered = channels,
): Promise<void> {
  const server = await startMailServer();
  const line = await startCuttingProxy({ port: server.smtp.port });
  const folder = makeTempDirectory('sending-faults');
  const engine = await openHere(folder.path, { channels: registered, lookDelaysMs, chance: () => 0 });
  const user = `${uniqueName('agent')}@shop.test`;
  const recipients = Array.from({ length: people }, () => `${uniqueName('carol')}@customer.test`);
  try {
    await addAccount(engine, server, user, plainSettings(server, { smtp: line.port }));
    await inStep(engine);
    server.scriptedSmtp().script(...faults);
    await work({ server, line, engine, user, recipients });
  } finally {
    await engine.close();
    await line.stop();
    await server.stop();
    folder.remove();
  }
}

const settle = async ({ engine, server }: Shop): Promise<void> => {
  await outboxAtRest(engine);
  await server.scriptedSmtp().settled();
};

const statesOf = async ({ engine }: Shop): Promise<readonly string[]> =>
  (await engine.ask('outbox.list', {})).rows.map(({ state }) => state);

const sameBytes = ({ server, user }: Shop): void => {
  const wire = wireOf(server, user);
  expect(new Set(wire.map(({ sha256 }) => sha256)).size).toBe(1);
  expect(new Set(wire.map(({ messageId }) => messageId)).size).toBe(1);
};

const arrivedOnce = async (shop: Shop): Promise<void> => {
  const { server, user, recipients } = shop;
  expect(await copiesOf(server, user, recipients)).toEqual({ received: recipients.map(() => 1), sent: 1 });
  expect(await statesOf(shop)).toEqual([]);
  sameBytes(shop);
};

/** What nothing proves is a question, never a second try. */
const asksOnce = async (shop: Shop, sent: Sent, received: 0 | 1): Promise<void> => {
  const { server, user, recipients, engine } = shop;
  expect(await statesOf(shop)).toEqual(['unknown']);
  expect(wireOf(server, user).length).toBeLessThanOrEqual(1);
  expect(await copiesOf(server, user, recipients)).toEqual({
    received: recipients.map(() => received),
    sent: 0,
  });
  expect((await engine.ask('conversation.get', { id: sent.conversation })).outbox).toBe('unknown');
};

const greylisted = { code: 451, text: '4.7.1 Greylisted, please try again' };

let tried = 0;
afterEach(() => {
  tried += 1;
});
afterAll(() => {
  tell(`faults tried: ${String(tried)} (ways in which a send goes wrong)`);
});

describe.concurrent('a send on a bad day', () => {
  it('is tried again by itself when the line is cut in the middle of a large body, and arrives once', async () => {
    await inShop(1, [], async (shop) => {
      const { line, engine, recipients } = shop;
      line.cutWhen({
        direction: 'to server',
        place: { kind: 'after pattern', pattern: 'Message-ID:', plus: 300_000 },
        action: { kind: 'reset' },
      });
      await clickSend(engine, recipients, { fileBytes: 12_000_000 });
      await settle(shop);
      expect(line.strikes()).toBe(1);
      await arrivedOnce(shop);
    });
  });

  it('asks the agent when the line is cut after the dot, with the mail arrived or not', async () => {
    const after = async (accepted: boolean): Promise<void> => {
      await inShop(2, [{ kind: 'drop after the dot', accepted }], async (shop) => {
        const sent = await clickSend(shop.engine, shop.recipients);
        await settle(shop);
        await asksOnce(shop, sent, accepted ? 1 : 0);
        if (accepted) await shop.engine.ask('outbox.settle', { id: sent.outbox, as: 'was-sent' });
        else await shop.engine.ask('outbox.retry', { id: sent.outbox });
        await settle(shop);
        await arrivedOnce(shop);
      });
    };
    await Promise.all([after(true), after(false)]);
  });

  it('finds out by itself that it arrived when a provider that files Sent cuts the line after the dot', async () => {
    await inShop(1, [{ kind: 'drop after the dot', accepted: true }], async (shop) => {
      shop.server.scriptedSmtp().filesSent({ afterMs: 1_500 });
      await clickSend(shop.engine, shop.recipients);
      await settle(shop);
      expect(wireOf(shop.server, shop.user)).toHaveLength(1);
      await arrivedOnce(shop);
    });
  });

  it('is not sent again when the verdict comes after our time-out, or never', async () => {
    const late = async (fault: ScriptedFault): Promise<void> => {
      await inShop(
        1,
        [fault],
        async (shop) => {
          const sent = await clickSend(shop.engine, shop.recipients);
          await settle(shop);
          await asksOnce(shop, sent, 1);
        },
        impatient,
      );
    };
    await Promise.all([late({ kind: 'answer late', ms: 4_000 }), late({ kind: 'never answer' })]);
  });

  it('is tried again after 421 and after greylisting, with the same bytes, and arrives once', async () => {
    const twice = async (fault: ScriptedFault): Promise<void> => {
      await inShop(3, [fault], async (shop) => {
        await clickSend(shop.engine, shop.recipients);
        await settle(shop);
        expect(shop.server.scriptedSmtp().faultsLeft()).toBe(0);
        await arrivedOnce(shop);
      });
    };
    await Promise.all([
      twice({ kind: 'refuse message', answer: { code: 421, text: '4.3.2 Going down' } }),
      twice({ kind: 'refuse message', answer: greylisted }),
      twice({ kind: 'refuse sender', answer: greylisted }),
      twice({ kind: 'refuse recipient', times: 3, answer: greylisted }),
      twice({ kind: 'refuse connection', answer: { code: 421, text: '4.7.0 Too busy' } }),
    ]);
  });

  it('offers only the refused one of three recipients again, and names whom a server will never take', async () => {
    const one = async (code: 451 | 550): Promise<void> => {
      await inShop(3, [], async (shop) => {
        const { server, engine, user, recipients } = shop;
        const refused = recipients[1] ?? '';
        const answer = code === 451 ? greylisted : { code, text: '5.1.1 Nobody of that name' };
        server.scriptedSmtp().script({ kind: 'refuse recipient', recipient: refused, answer });
        const sent = await clickSend(engine, recipients);
        await settle(shop);
        if (code === 550) {
          const { rows } = await engine.ask('outbox.list', {});
          expect(rows.map(({ state, failure }) => ({ state, failure: failure?.kind }))).toEqual([
            { state: 'failed', failure: 'refused-recipient' },
          ]);
          expect(await copiesOf(server, user, recipients)).toEqual({ received: [1, 0, 1], sent: 1 });
          await engine.ask('outbox.retry', { id: sent.outbox });
          await settle(shop);
        }
        const offered = server.scriptedSmtp().recipientsOffered();
        expect(recipients.map((each) => offered.filter((address) => address === each).length)).toEqual([
          1, 2, 1,
        ]);
        await arrivedOnce(shop);
      });
    };
    await Promise.all([one(451), one(550)]);
  });

  it('waits offline and then goes out once each, in the order it was written, also over a restart', async () => {
    const server = await startMailServer();
    const line = await startCuttingProxy({ port: server.smtp.port });
    const folder = makeTempDirectory('offline');
    const user = `${uniqueName('agent')}@shop.test`;
    const customer = `${uniqueName('carol')}@customer.test`;
    let engine = await openHere(folder.path, { channels, lookDelaysMs, chance: () => 0 });
    try {
      await addAccount(engine, server, user, plainSettings(server, { smtp: line.port }));
      await inStep(engine);
      await line.refuse();
      const subjects = ['First', 'Second', 'Third'];
      for (const subject of subjects) await clickSend(engine, [customer], { subject });
      await eventually(
        async () => (await engine.ask('outbox.list', {})).rows.every(({ state }) => state === 'retrying'),
        { message: 'all of them wait for the line', withinMs: 60_000 },
      );
      engine = await engine.restart();
      await line.admit();
      engine.engine.power('resume');
      await outboxAtRest(engine);
      const inbox = (await server.messages(customer, 'INBOX')).map(
        ({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1],
      );
      expect(inbox).toEqual(subjects);
      expect(await server.messages(user, 'Sent')).toHaveLength(3);
      expect(workspaceOf(engine).db.get('SELECT count(*) AS n FROM message')).toEqual({ n: 3 });
    } finally {
      await engine.close();
      await line.stop();
      await server.stop();
      folder.remove();
    }
  });
});
