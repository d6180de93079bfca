import { accountCalls } from './accounts.ts';
import { appCalls } from './app.ts';
import { auditCalls } from './audit.ts';
import { composeCalls } from './compose.ts';
import { conversationCalls } from './conversations.ts';
import { customerCalls } from './customers.ts';
import { dayCalls } from './day.ts';
import type { InputOf, OutputOf, RefusalOf } from './define.ts';
import { diagnosticsCalls } from './diagnostics.ts';
import { exportCalls } from './exports.ts';
import { erasureCalls } from './erasure.ts';
import { languageCalls } from './language.ts';
import { leadCalls } from './leads.ts';
import { messageCalls } from './messages.ts';
import { ownershipCalls } from './ownership.ts';
import { policyCalls } from './policy.ts';
import { recoveryCalls } from './recovery.ts';
import { reviewCalls } from './reviews.ts';
import { searchCalls } from './search.ts';
import { snippetCalls } from './snippets.ts';
import { targetCalls } from './targets.ts';
import { teamAccountCalls } from './team-accounts.ts';
import { teamCalls } from './team.ts';
import { updateCalls } from './update.ts';
import { websiteChatCalls } from './website-chat.ts';

/** Every call between page and engine. */
export const contract = {
  ...accountCalls,
  ...appCalls,
  ...auditCalls,
  ...composeCalls,
  ...conversationCalls,
  ...customerCalls,
  ...dayCalls,
  ...erasureCalls,
  ...diagnosticsCalls,
  ...exportCalls,
  ...languageCalls,
  ...leadCalls,
  ...messageCalls,
  ...ownershipCalls,
  ...policyCalls,
  ...recoveryCalls,
  ...reviewCalls,
  ...searchCalls,
  ...snippetCalls,
  ...targetCalls,
  ...teamAccountCalls,
  ...teamCalls,
  ...updateCalls,
  ...websiteChatCalls,
} as const;

export type CallName = keyof typeof contract;
export type Input<Name extends CallName> = InputOf<(typeof contract)[Name]>;
export type Output<Name extends CallName> = OutputOf<(typeof contract)[Name]>;
export type Refused<Name extends CallName> = RefusalOf<(typeof contract)[Name]>;

/** Failures that any call may end in, beside its own refusals. */
export type CallFailure =
  | { readonly kind: 'not-understood'; readonly detail: string }
  | { readonly kind: 'no-workspace' }
  | { readonly kind: 'engine-fault'; readonly reference: string }
  /** The disk took no more; nothing was changed. */
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'engine-gone' };
