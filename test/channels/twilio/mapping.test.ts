import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inbound, Understood } from '#main/channels/kit/inbound.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import { smsChannel } from '#main/channels/twilio/channel.ts';
import {
  attemptOf,
  customer,
  letterOf,
  own,
  pulledFrom,
  stageTwilio,
  together,
} from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

let sms: StagedTwilio;
let whatsapp: StagedTwilio;

beforeEach(async () => {
  [sms, whatsapp] = await Promise.all([stageTwilio('sms'), stageTwilio('whatsapp')]);
});
afterEach(() => Promise.all([sms.stop(), whatsapp.stop()]));

const staged = (kind: TwilioKind): StagedTwilio => (kind === 'sms' ? sms : whatsapp);
const isMessage = (one: Understood): one is Inbound => one.kind === 'message';
const messages = async (kind: TwilioKind, stream: 'incoming' | 'outgoing'): Promise<readonly Inbound[]> =>
  together(await pulledFrom(staged(kind), staged(kind).open(), stream, null)).found.filter(isMessage);

describe('a message', () => {
  it('belongs to the talk of two numbers, under the same addresses on both channels', async () => {
    for (const kind of ['sms', 'whatsapp'] as const) {
      const { account, wire, write } = staged(kind);
      const asked = write('Where is my order?');
      const told = account.post({ from: wire(own), to: wire(customer), body: 'On its way.' });
      expect(await messages(kind, 'incoming')).toMatchObject([
        {
          direction: 'in',
          name: asked,
          dedupe: asked,
          from: { address: customer },
          to: [{ address: own }],
          thread: { room: `${own}|${customer}` },
          text: 'Where is my order?',
        },
      ]);
      expect(await messages(kind, 'outgoing')).toMatchObject([
        {
          direction: 'out',
          name: told,
          clientId: null,
          from: { address: own },
          to: [{ address: customer }],
          thread: { room: `${own}|${customer}` },
        },
      ]);
    }
  });

  it('is vouched for on WhatsApp, and not by carriers', async () => {
    sms.write('hello');
    whatsapp.write('hello');
    expect(await messages('sms', 'incoming')).toMatchObject([{ authenticatedFrom: null }]);
    expect(await messages('whatsapp', 'incoming')).toMatchObject([{ authenticatedFrom: customer }]);
  });

  it('that only leaves or comes back to a number waits for nobody, and neither does what a program answered', async () => {
    const words = ['STOP', ' stopall ', 'Unsubscribe', 'START', 'unstop'];
    for (const word of words) sms.write(word);
    for (const word of ['stop please', 'CANCEL', 'Yes', 'help', 'END', 'stop.']) sms.write(word);
    whatsapp.write('STOP');
    const found = await messages('sms', 'incoming');
    expect(
      found
        .filter(({ automatic }) => automatic === 'notification')
        .map(({ text }) => text)
        .sort(),
    ).toEqual([...words].sort());
    expect(await messages('whatsapp', 'incoming')).toMatchObject([{ automatic: null }]);
    sms.account.post(
      { from: own, to: customer, body: 'You are unsubscribed.' },
      { direction: 'outbound-reply' },
    );
    sms.account.post({ from: own, to: customer, body: 'Your ticket' }, { direction: 'outbound-call' });
    expect((await messages('sms', 'outgoing')).map(({ automatic }) => automatic).sort()).toEqual([
      'auto-reply',
      'notification',
    ]);
  });

  it('keeps senders that are no numbers as they are, on one line', async () => {
    sms.account.receive({ from: 'ACME\r\nBcc: x', to: own, body: 'Your parcel' });
    sms.account.receive({ from: '12345', to: own, body: 'Code 1' });
    expect((await messages('sms', 'incoming')).map(({ from }) => from.address).sort()).toEqual([
      '12345',
      'ACME Bcc: x',
    ]);
  });

  it('that we composed can be read again from its own form', () => {
    const composed = attemptOf(sms, letterOf({ text: 'It left\nyesterday. 🙂' }));
    expect(smsChannel.mapper.body(composed.bytes)).toEqual({
      text: 'It left\nyesterday. 🙂',
      html: null,
      inline: [],
    });
    expect(composed).toMatchObject({ room: `${own}|${customer}`, recipients: [customer], externalId: null });
  });

  it('can be read again from what the server gave, as it is now', async () => {
    const sid = sms.write('hello');
    const bytes = await sms.open().source('incoming', sid, new AbortController().signal);
    expect(bytes === null ? null : smsChannel.mapper.body(bytes)?.text).toBe('hello');
    expect(
      await sms.open().source('incoming', `SM${'0'.repeat(32)}`, new AbortController().signal),
    ).toBeNull();
    expect(await sms.open().source('incoming', '../../Accounts', new AbortController().signal)).toBeNull();
  });
});
