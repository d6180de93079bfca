import type { Role } from '../member.ts';
import type { AccountId, ConversationId, CustomerId, MemberId } from '../../kit/brand.ts';

/**
 * What somebody did that stands in no conversation's and no customer's log, in the past tense. Acts are never changed
 * and never deleted, so none holds what a customer could want erased: customers are told by their id alone, and there is
 * no text of a message and no secret in any. Times are ms UTC.
 */
export type Act =
  | { readonly kind: 'account.added'; readonly account: AccountId; readonly label: string }
  | { readonly kind: 'account.removed'; readonly account: AccountId; readonly label: string }
  | { readonly kind: 'account.paused'; readonly account: AccountId; readonly label: string }
  | { readonly kind: 'account.resumed'; readonly account: AccountId; readonly label: string }
  /** How it signs in or connects was changed. */
  | { readonly kind: 'account.login-changed'; readonly account: AccountId; readonly label: string }
  /** Remote pictures of a sender load without asking from now on; `customer` is null where nobody knows the sender. */
  | { readonly kind: 'pictures.trusted'; readonly channel: string; readonly customer: CustomerId | null }
  | { readonly kind: 'pictures.asked'; readonly channel: string; readonly customer: CustomerId | null }
  /** Notifications show who writes and what, or nothing of it. */
  | { readonly kind: 'previews.shown' }
  | { readonly kind: 'previews.hidden' }
  /** Keys of the admin's policy whose values are not those of the last start. */
  | { readonly kind: 'policies.changed'; readonly keys: readonly string[] }
  | { readonly kind: 'team.founded'; readonly team: string }
  | { readonly kind: 'team.joined'; readonly team: string }
  | { readonly kind: 'team.left'; readonly team: string }
  | { readonly kind: 'member.invited'; readonly role: Role }
  | { readonly kind: 'invitation.revoked' }
  | { readonly kind: 'member.role-changed'; readonly member: MemberId; readonly role: Role }
  | { readonly kind: 'member.removed'; readonly member: MemberId }
  | {
      readonly kind: 'customer.exported';
      readonly customer: CustomerId;
      readonly conversations: number;
      readonly messages: number;
      readonly notes: boolean;
    }
  /** Messages were taken out by the command line; `conversation` is null for all. */
  | {
      readonly kind: 'messages.exported';
      readonly conversation: ConversationId | null;
      readonly messages: number;
    }
  | { readonly kind: 'audit.exported'; readonly format: 'csv' | 'json'; readonly rows: number }
  | {
      readonly kind: 'customer.erased';
      readonly customer: CustomerId;
      readonly conversations: number;
      readonly messages: number;
    }
  /** `made` is when the backup was. */
  | { readonly kind: 'backup.restored'; readonly made: number | null };

export type ActKind = Act['kind'];
