import type { Cursor, Secrets, SessionContext } from '#main/channels/kit/channel.ts';
import { unpack } from '#main/channels/kit/packed.ts';
import { createTwilioChannel } from '#main/channels/twilio/channel.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import { systemClock } from '../email-account.ts';
import { TwilioEmulator } from '../twilio/twilio.ts';
import type { Harness, StagedAccount } from './harness.ts';

const quickPoll = { lively: 200, quiet: 200 };

let numbers = 0;

/** A number of a range that is given to nobody. */
const newNumber = (): string => {
  numbers += 1;
  return `+1555${String(numbers).padStart(7, '0')}`;
};

/** The text of what was composed. */
const textOf = (bytes: Uint8Array): string => {
  const said = unpack(bytes)?.said;
  return typeof said === 'object' && said !== null && 'text' in said ? String(said.text) : '';
};

function accountAt(kind: TwilioKind, server: TwilioEmulator, ends: Set<() => Promise<void>>): StagedAccount {
  const channel = createTwilioChannel(kind, { poll: quickPoll });
  const account = server.newAccount();
  const [own, customer] = [newNumber(), newNumber()];
  (kind === 'sms' ? account.numbers : account.whatsapp).add(own);
  const wire = (number: string): string => (kind === 'sms' ? number : `whatsapp:${number}`);
  const secrets: Secrets = { kind: 'password', user: account.sid, password: account.token };
  const context: SessionContext = {
    address: own,
    settings: { accountSid: account.sid, apiUrl: server.http.base, contentUrl: server.http.base },
    clock: systemClock,
    secrets: () => secrets,
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  const strange = (cursor: Cursor): Cursor => ({
    ...cursor,
    walk: { page: '7', token: `PASM${'0'.repeat(32)}`, until: null, since: null },
  });
  return {
    context,
    stream: 'incoming',
    sentStream: 'outgoing',
    customer: { name: '', address: customer },
    open: () => {
      const session = channel.open(context);
      ends.add(() => session.close());
      return session;
    },
    write: (texts) => {
      for (const body of texts) account.receive({ from: wire(customer), to: wire(own), body });
      return Promise.resolve();
    },
    seed: (count) => {
      const now = server.now();
      for (let n = 1; n <= count; n += 1)
        account.receive({
          ...{ from: wire(customer), to: wire(own), body: `history ${String(n)}` },
          at: now - (count - n) * 60_000,
        });
      return Promise.resolve();
    },
    taken: (attempt) => {
      const [to = ''] = attempt.recipients;
      const body = textOf(attempt.bytes);
      const taken = account.messages.filter((one) => one.to === wire(to) && one.body === body);
      return Promise.resolve(taken.length);
    },
    throttle: () => server.http.throttle(),
    relent: () => server.http.relent(),
    knocks: () => server.http.knocks(),
    expire: () => {
      account.token = 'another';
      return Promise.resolve();
    },
    silence: () => server.http.silence(),
    loseVerdict: (when) => server.http.lose(when, ({ method }) => method === 'POST'),
    strange,
  };
}

const harnessOf = (kind: TwilioKind): Harness => ({
  kind,
  without: [],
  start: async () => {
    const server = await TwilioEmulator.start();
    const ends = new Set<() => Promise<void>>();
    return {
      channel: createTwilioChannel(kind, { poll: quickPoll }),
      newAccount: () => {
        server.http.speak();
        const account = accountAt(kind, server, ends);
        return Promise.resolve(account);
      },
      stop: async () => {
        await Promise.all([...ends].map((end) => end()));
        await server.stop();
      },
    };
  },
});

/** SMS on an emulated Twilio; the customer is another number. */
export const smsHarness: Harness = harnessOf('sms');

/** WhatsApp on an emulated Twilio. */
export const whatsappHarness: Harness = harnessOf('whatsapp');
