import type { Action } from './action.ts';
import { accountActions } from './accounts/accounts.ts';
import { auditActions } from './audit/audit.ts';
import { conversationActions } from './conversations/conversations.ts';
import { customerActions } from './customers/customers.ts';
import { draftActions } from './drafts/drafts.ts';
import { retentionActions } from './erasures/retention.ts';
import { erasureActions } from './erasures/erasures.ts';
import { teamErasureActions } from './erasures/team-erasure.ts';
import { clockActions } from './follow-ups/fall-due.ts';
import { followUpActions } from './follow-ups/follow-ups.ts';
import { ingestActions } from './ingest/ingest.ts';
import { leadActions } from './leads/leads.ts';
import { loginActions } from './logins/logins.ts';
import { memberActions } from './members/members.ts';
import { outboxActions } from './outbox/outbox.ts';
import { preferenceActions } from './preferences/preferences.ts';
import { recoveryActions } from './recovery/recovery.ts';
import { reviewActions } from './reviews/reviews.ts';
import { sampleActions } from './sample/sample.ts';
import { snippetActions } from './snippets/snippets.ts';
import { targetActions } from './targets/targets.ts';
import { teamActions } from './team/team.ts';
import { teamSyncActions } from './team/sync-steps.ts';
import { teamLoginActions } from './team-login/team-login.ts';

/** Every intent there is, by name; a topic adds its own here. */
const ownActions = {
  ...ingestActions,
  ...conversationActions,
  ...followUpActions,
  ...clockActions,
  ...memberActions,
  ...loginActions,
  ...leadActions,
  ...customerActions,
  ...draftActions,
  ...reviewActions,
  ...outboxActions,
  ...accountActions,
  ...preferenceActions,
  ...snippetActions,
  ...recoveryActions,
  ...targetActions,
  ...auditActions,
  ...teamLoginActions,
  ...teamSyncActions,
  ...sampleActions,
  ...erasureActions,
  ...teamErasureActions,
  ...retentionActions,
} as const;

const byName = new Map<string, Action<never, unknown>>(Object.entries(ownActions));

/** With those of a team, which run others again. */
const actions = { ...ownActions, ...teamActions((name) => byName.get(name)) } as const;

export type ActionName = keyof typeof actions;
export type ActionInput<Name extends ActionName> = Parameters<(typeof actions)[Name]>[1];
export type ActionOutput<Name extends ActionName> = ReturnType<(typeof actions)[Name]>;

/** The same actions, so typed that a name picks its own input and output. */
export const actionsByName: {
  readonly [Name in ActionName]: Action<ActionInput<Name>, ActionOutput<Name>>;
} = actions;
