import { afterEach, describe, expect, it } from 'vitest';
import { smsChannel } from '#main/channels/twilio/channel.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import { failureOf, never, own, stageTwilio } from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

const stages: StagedTwilio[] = [];
const stage = async (
  kind?: TwilioKind,
  changes?: Parameters<typeof stageTwilio>[1],
): Promise<StagedTwilio> => {
  const staged = await stageTwilio(kind, changes);
  stages.push(staged);
  return staged;
};
const probe = (staged: StagedTwilio): ReturnType<StagedTwilio['channel']['probe']> =>
  staged.channel.probe(staged.context, never());

afterEach(async () => {
  await Promise.all(stages.splice(0).map(({ stop }) => stop()));
});

describe('connecting a number', () => {
  it('looks at the account, at its numbers and at its messages, and names the number in one form', async () => {
    const staged = await stage('sms', { address: '001 555 010 0001' });
    expect(await probe(staged)).toEqual({
      address: own,
      streams: [
        { name: 'incoming', label: `→ ${own}`, role: 'inbox', chosen: true },
        { name: 'outgoing', label: `${own} →`, role: 'sent', chosen: true },
      ],
    });
    expect(staged.server.http.requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      `GET /2010-04-01/Accounts/${staged.account.sid}.json`,
      `GET /2010-04-01/Accounts/${staged.account.sid}/IncomingPhoneNumbers.json`,
      `GET /2010-04-01/Accounts/${staged.account.sid}/Messages.json`,
    ]);
  });

  it('refuses a number that belongs to somebody else, also one that contains ours', async () => {
    const staged = await stage();
    staged.account.numbers.clear();
    staged.account.numbers.add(`${own}9`);
    expect(await failureOf(probe(staged))).toMatchObject({ kind: 'settings', where: 'address' });
  });

  it('does not ask for the numbers of WhatsApp, which are in no list, and says so before', async () => {
    const staged = await stage('whatsapp');
    expect(await probe(staged)).toMatchObject({ address: own });
    expect(staged.server.http.requests.some(({ url }) => url.pathname.includes('IncomingPhoneNumbers'))).toBe(
      false,
    );
    expect(staged.server.http.requests.at(-1)?.url.searchParams.get('To')).toBe(`whatsapp:${own}`);
  });

  it('says in Twilio’s words that the token is refused', async () => {
    const staged = await stage();
    staged.account.token = 'another';
    expect(await failureOf(probe(staged))).toMatchObject({
      kind: 'sign-in-expired',
      said: 'Authenticate (20003)',
    });
  });

  it('goes with a standard API key, which may read messages and numbers but not the account', async () => {
    const server = await stage();
    const { sid, secret } = server.account.addKey('standard');
    const context = {
      ...server.context,
      settings: { ...server.context.settings, apiKeySid: sid },
      secrets: () => ({ kind: 'password', user: sid, password: secret }) as const,
    };
    expect(await server.channel.probe(context, never())).toMatchObject({ address: own });
    server.account.keys.clear();
    expect(await failureOf(server.channel.probe(context, never()))).toMatchObject({
      kind: 'sign-in-expired',
    });
  });

  it('says that an account is suspended', async () => {
    const staged = await stage();
    staged.account.status = 'suspended';
    expect(await failureOf(probe(staged))).toMatchObject({ kind: 'protocol', said: 'suspended' });
  });

  it('names the field that cannot be right', async () => {
    const { channel, context } = await stage();
    const password = { kind: 'password', password: 'token' } as const;
    const wrong = [
      { address: '0155 5010002', settings: context.settings, where: 'address' },
      { address: own, settings: { ...context.settings, accountSid: 'AC123' }, where: 'accountSid' },
      { address: own, settings: { ...context.settings, accountSid: null }, where: 'accountSid' },
      { address: own, settings: { ...context.settings, apiKeySid: 'AC12' }, where: 'apiKeySid' },
      { address: own, settings: { ...context.settings, apiUrl: 'http://api.example.org' }, where: 'apiUrl' },
    ];
    for (const { address, settings, where } of wrong)
      expect(await failureOf((async () => channel.secretsFrom(address, settings, password))())).toMatchObject(
        { kind: 'settings', where },
      );
    for (const credential of [
      { kind: 'none' },
      { kind: 'password', password: ' ' },
      { kind: 'password', password: 'a\nb' },
    ] as const)
      expect(
        await failureOf((async () => channel.secretsFrom(own, context.settings, credential))()),
      ).toMatchObject({ kind: 'settings', where: 'password' });
    expect(channel.secretsFrom(own, context.settings, { kind: 'password', password: ' token ' })).toEqual({
      kind: 'password',
      user: context.settings['accountSid'],
      password: 'token',
    });
  });

  it('goes to Twilio unless a setting says otherwise', () => {
    const initial = smsChannel.profile.fields.find(({ name }) => name === 'apiUrl')?.initial;
    expect(initial).toBe('https://api.twilio.com');
  });
});
