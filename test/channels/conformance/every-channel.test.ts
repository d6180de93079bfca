import { describe, expect, it } from 'vitest';
import { channels } from '#main/channels/registry.ts';
import { blueskyHarness } from '#test/support/conformance/bluesky.ts';
import { emailHarness } from '#test/support/conformance/email.ts';
import { mastodonHarness } from '#test/support/conformance/mastodon.ts';
import { livechatHarness } from '#test/support/conformance/livechat.ts';
import { matrixHarness } from '#test/support/conformance/matrix.ts';
import { sampleHarness } from '#test/support/conformance/sample.ts';
import { telegramHarness } from '#test/support/conformance/telegram.ts';
import { smsHarness, whatsappHarness } from '#test/support/conformance/twilio.ts';
import { xmppHarness } from '#test/support/conformance/xmpp.ts';
import { en } from '#shared/messages/en.ts';

/** One line for each channel; its tests stand beside this file, or in test/integration/channels where it needs a server. */
const harnesses = [
  blueskyHarness,
  emailHarness,
  livechatHarness,
  sampleHarness,
  xmppHarness,
  smsHarness,
  whatsappHarness,
  mastodonHarness,
  matrixHarness,
  telegramHarness,
];

describe('every channel in the registry', () => {
  it('goes through the conformance suite', () => {
    expect(harnesses.map(({ kind }) => kind).sort()).toEqual([...channels.keys()].sort());
  });

  it('has words for its name and for every field and choice of its form', () => {
    const wanted = [...channels.values()].flatMap(({ profile }) => [
      `channel.${profile.kind}`,
      ...(profile.connectable && profile.address !== 'found' ? [`channel.${profile.kind}.address`] : []),
      ...profile.fields.flatMap((field) => [
        `channel.${profile.kind}.${field.name}`,
        ...field.choices.map((choice) => `channel.${profile.kind}.${field.name}.${choice}`),
      ]),
    ]);
    expect(wanted.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });
});
