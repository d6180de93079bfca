import { describe, expect, it } from 'vitest';
import { certificateProblems } from '#main/channels/kit/certificates.ts';
import { gapReasons } from '#main/channels/kit/channel.ts';
import { unreadableReasons } from '#main/channels/kit/inbound.ts';
import { sendFailureKinds } from '#main/engine/outbox/plan.ts';
import { actions } from '#renderer/workbench/actions.ts';
import { settingsSections } from '#renderer/workbench/navigation.ts';
import { accountFailureKinds } from '#shared/contract/accounts.ts';
import { views } from '#shared/contract/conversations.ts';
import { oddities } from '#shared/domain/message.ts';
import { en } from '#shared/messages/en.ts';

const wordless = (prefix: string, kinds: readonly string[], suffix = ''): readonly string[] =>
  kinds.map((kind) => `${prefix}.${kind}${suffix}`).filter((key) => !Object.hasOwn(en, key));

describe('everything that can happen has words of its own', () => {
  it.each([
    ['why a certificate is not believed', 'account.certificate.problem', certificateProblems],
    ['what goes wrong with an account', 'account.failure', accountFailureKinds],
    ['the state of an account that failed', 'health.failed', accountFailureKinds],
    ['what a server withholds', 'account.gap', gapReasons],
    ['why an item cannot be read', 'quarantine.reason', unreadableReasons],
    ['why something waits in the outbox', 'outbox.failure', sendFailureKinds],
    ['why a message did not go out', 'delivery.failure', sendFailureKinds],
    ['what is odd about a sender', 'oddity', oddities],
    ['the queues', 'view', views],
    ['the empty queues', 'list.empty', views],
    ['the parts of the settings', 'settings.section', settingsSections],
    ['the actions', 'action', actions.map(({ id }) => id)],
  ])('%s', (_what, prefix, kinds) => {
    expect(wordless(prefix, kinds)).toEqual([]);
  });

  it('names every failure of an account before it explains it', () => {
    expect(wordless('account.failure', accountFailureKinds, '.title')).toEqual([]);
  });
});
