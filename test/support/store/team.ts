import { runAction } from '#main/engine/actions/run-action.ts';
import type { QueueReply } from '#main/engine/actions/outbox/queue-reply.ts';
import type { Role } from '#shared/domain/member.ts';
import type { ConversationId, DraftId, MemberId, OutboxId } from '#shared/kit/brand.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { customer, support } from './letters.ts';
import { present } from './workspace.ts';
import type { TestWorkspace } from './workspace.ts';

/** Dana sits here; Omar is an agent too, Lena leads, and Timo has left. */
export const team = {
  dana: 'member-me' as MemberId,
  omar: 'member-omar' as MemberId,
  lena: 'member-lena' as MemberId,
  timo: 'member-timo' as MemberId,
} as const;

/** Adds the colleagues of a test workspace's member. */
export const addTeam = ({ db }: TestWorkspace): void => {
  db.run("UPDATE member SET role = 'agent' WHERE id = ?", [team.dana]);
  const add = (id: MemberId, name: string, role: Role, goneAt: number | null): void => {
    db.run('INSERT INTO member (id, name, role, gone_at, created_at) VALUES (?, ?, ?, ?, ?)', [
      ...[id, name, role, goneAt, present],
    ]);
  };
  add(team.omar, 'Omar', 'agent', null);
  add(team.lena, 'Lena', 'lead', null);
  add(team.timo, 'Timo', 'agent', present);
};

/** Runs actions as if somebody else of the team sat here. */
export const runAs =
  (workspace: TestWorkspace, me: MemberId): TestWorkspace['run'] =>
  (name, input) =>
    runAction({ ...workspace.environment, me }, name, input);

/** Begins a draft in a conversation, or the same one anew. */
export const startDraft = (
  run: TestWorkspace['run'],
  account: AccountId,
  conversation: ConversationId,
  { id, html }: { readonly id: string; readonly html: string },
): DraftId =>
  run('draft.start', {
    id: id as DraftId,
    conversation,
    account,
    mode: 'reply',
    inReplyTo: null,
    to: [customer],
    cc: [],
    bcc: [],
    subject: 'Re: An order',
    html,
    quote: false,
    plain: false,
    visibility: null,
    warning: '',
    template: null,
  }).output.id;

/** Queues a draft for sending, as `draft.send` does with what it froze. */
export const queueDraft = (
  run: TestWorkspace['run'],
  account: AccountId,
  draft: DraftId,
  facts: Partial<QueueReply> & { readonly outbox: OutboxId; readonly at: number },
) =>
  run('outbox.queue', {
    draft,
    account,
    channel: 'email',
    undoMs: 0,
    plannedAt: null,
    seenRev: null,
    resolve: false,
    followUp: null,
    from: support,
    to: [customer],
    cc: [],
    bcc: [],
    subject: 'Re: An order',
    text: `Words of ${facts.outbox}`,
    snippet: `Words of ${facts.outbox}`,
    references: [],
    attachments: [],
    room: null,
    visibility: null,
    warning: '',
    bundle: null,
    piece: null,
    carriesFiles: true,
    hasHtml: true,
    html: null,
    externalId: `${facts.outbox}@mail.example`,
    recipients: [customer.address],
    bytes: new TextEncoder().encode(facts.outbox),
    ...facts,
  }).output;
