import * as v from 'valibot';
import { auditTopics } from '../domain/audit/topics.ts';
import type { AuditSource } from '../domain/audit/topics.ts';
import type { ConversationId, CustomerId, MemberId } from '../kit/brand.ts';
import { call } from './define.ts';
import { memberId, pageCursor, pageSize, time } from './schemas.ts';

/** One thing that somebody did. Times are ms UTC. */
export type AuditRow = {
  readonly id: string;
  readonly at: number;
  /** Null for what nobody asked for, such as a policy of the machine's admin. */
  readonly by: { readonly id: MemberId; readonly name: string } | null;
  readonly source: AuditSource;
  /** The kind of the event or act; the words are those of `audit.<source>.<kind>`, for conversations `event.<kind>`. */
  readonly kind: string;
  /** Numbers and texts for its words. */
  readonly values: Readonly<Record<string, string | number>>;
  /** The conversation it was done to, where it is here. */
  readonly conversation: { readonly id: ConversationId; readonly subject: string } | null;
  /** The customer it is about; `name` is empty where they are not here any more. */
  readonly customer: { readonly id: CustomerId; readonly name: string } | null;
};

/** What of the audit is wanted: of one person, of one topic, from one time to before another (ms UTC). */
const filter = {
  person: v.nullable(memberId),
  topic: v.nullable(v.picklist(auditTopics)),
  from: v.nullable(time),
  to: v.nullable(time),
};
export type AuditFilter = { readonly [Part in keyof typeof filter]: v.InferOutput<(typeof filter)[Part]> };

/** What an audit is written as. */
export const auditFormats = ['csv', 'json'] as const;
export type AuditFormat = (typeof auditFormats)[number];

export const auditCalls = {
  /** Who did what, newest first. `own`: the person here is an agent of a team and sees what they did themselves. */
  'audit.list': call(v.strictObject({ ...filter, after: pageCursor, limit: pageSize })).answers<{
    readonly rows: readonly AuditRow[];
    readonly next: string | null;
    readonly scope: 'all' | 'own';
  }>(),
  /** Asks where to save, and writes what the filter leaves over there. */
  'audit.export': call(v.strictObject({ ...filter, format: v.picklist(auditFormats) }))
    .answers<
      | { readonly kind: 'saved'; readonly name: string; readonly rows: number }
      | { readonly kind: 'cancelled' }
    >()
    .refuses<{ readonly kind: 'file-not-saved' }>(),
} as const;
