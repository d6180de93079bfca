import { subscribe } from 'node:diagnostics_channel';
import * as v from 'valibot';
import { blueskyHarness } from '../../support/conformance/bluesky.ts';
import type { Harness, StagedAccount } from '../../support/conformance/harness.ts';
import { livechatHarness } from '../../support/conformance/livechat.ts';
import { mastodonHarness } from '../../support/conformance/mastodon.ts';
import { matrixHarness } from '../../support/conformance/matrix.ts';
import { telegramHarness } from '../../support/conformance/telegram.ts';
import { smsHarness, whatsappHarness } from '../../support/conformance/twilio.ts';
import { xmppHarness } from '../../support/conformance/xmpp.ts';
import { asked } from './stage-words.ts';
import type { Said } from './stage-words.ts';

// One channel's server with its customers, in a process of its own: what it costs is not the engine's.

const harnesses: readonly Harness[] = [
  blueskyHarness,
  livechatHarness,
  mastodonHarness,
  matrixHarness,
  smsHarness,
  telegramHarness,
  whatsappHarness,
  xmppHarness,
];

const [, , kind = ''] = process.argv;
const harness = harnesses.find((one) => one.kind === kind);
if (harness === undefined) throw new Error(`no server for ${kind}`);

let requests = 0;
subscribe('http.server.request.start', () => {
  requests += 1;
});

const stage = await harness.start();
const accounts: StagedAccount[] = [];

const newAccount = async (): Promise<Extract<Said, { readonly kind: 'account' }>> => {
  const account = await stage.newAccount();
  accounts.push(account);
  await account.write(['The first of all.']);
  const secrets = account.context.secrets();
  const { address, settings } = account.context;
  return {
    kind: 'account',
    address: stage.channel.profile.address === 'found' ? '' : address,
    settings,
    password: secrets.kind === 'password' ? secrets.password : '',
  };
};

const answer = async (message: unknown): Promise<Said> => {
  const wish = v.parse(asked, message);
  switch (wish.kind) {
    case 'account':
      return newAccount();
    case 'write': {
      await accounts[wish.account]?.write([wish.text]);
      return { kind: 'written', at: Date.now() };
    }
    case 'requests':
      return { kind: 'requests', count: requests };
  }
};

process.on('message', (message) => {
  answer(message).then(
    (said) => process.send?.(said),
    (error: unknown) => process.send?.({ kind: 'failed', why: String(error) }),
  );
});
// Whoever asked is gone, or wants no more.
process.once('disconnect', () => {
  void stage.stop().finally(() => process.exit(0));
});
process.send?.({ kind: 'ready' });
