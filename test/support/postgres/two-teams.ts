import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationId, FollowUpId, ReviewId } from '#shared/kit/brand.ts';
import { shownAnswer } from '../store/reviews.ts';
import type { TestPostgres } from './postgres.ts';
import { startPostgres } from './postgres.ts';
import { Known, messageDocument, opening } from './pushes.ts';
import { asSuperuser, makeDatabase, makeTeam } from './team.ts';
import type { TestMember, TestTeam } from './team.ts';

/** An account that the admin connected and everybody sees. */
export const openAccount = 'account-open';
/** The account that was granted to the admin alone; a word of its mail; the bytes of its attachment. */
export const secret = 'account-secret';
export const secretWord = 'rhubarb';
export const secretBytes = Buffer.from('the secret attachment');
/** How a blob is called. */
export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Two teams in one database, and four people in the first of them. */
export type TwoTeams = {
  readonly postgres: TestPostgres;
  /** Closes everything and ends the server. */
  readonly stop: () => Promise<void>;
  readonly team: TestTeam;
  readonly other: TestTeam;
  readonly lea: TestMember;
  /** The agent who tries everything. */
  readonly bea: TestMember;
  readonly cem: TestMember;
  readonly known: Known;
  /** Nobody's, Cem's with a check that Lea keeps and a return timer for next week, Bea's own, and one of the secret account. */
  readonly free: ConversationId;
  readonly taken: ConversationId;
  readonly mine: ConversationId;
  readonly hidden: ConversationId;
  readonly check: FollowUpId;
  readonly timer: FollowUpId;
  /** Cem asked Lea to look at an answer in what is Cem's. */
  readonly shown: ReviewId;
};

const nextWeek = (): number => Date.now() + 7 * 86_400_000;

/** Starts a server with two teams in one database. */
export const twoTeams = async (): Promise<TwoTeams> => {
  const postgres = await startPostgres();
  const within = await makeDatabase(postgres);
  const team = await makeTeam(postgres, { slug: 'acme', within });
  const other = await makeTeam(postgres, { slug: 'other', within });
  const [lea, bea, cem] = [
    await team.join('lead', 'Lea'),
    await team.join('agent', 'Bea'),
    await team.join('agent', 'Cem'),
  ];
  const known = new Known();
  const open = async (account: string | null, text = 'hello'): Promise<ConversationId> => {
    const conversation = randomUUID() as ConversationId;
    const message = messageDocument(conversation, text, { account });
    if (account !== null) known.accounts.set(conversation, account);
    const events = opening(message.id).map((event) => ({ conversation, author: null, event }));
    expect(await known.tell(team.admin, events, [message])).toMatchObject({ kind: 'accepted' });
    return conversation;
  };
  const ids = {
    free: await open(null),
    taken: await open(null),
    mine: await open(null),
    hidden: await open(secret, secretWord),
  };
  const [check, timer] = [randomUUID() as FollowUpId, randomUUID() as FollowUpId];
  const promised = (id: FollowUpId, purpose: 'check' | 'return', dueAt: number): ConversationEvent => ({
    kind: 'follow-up.promised',
    ...{ id, owner: lea.id, dueAt, purpose, ifNoReply: false, every: null, why: 'knows more' },
  });
  const handed: readonly ConversationEvent[] = [
    { kind: 'conversation.claimed', by: lea.id },
    {
      kind: 'conversation.transferred',
      from: lea.id,
      to: cem.id,
      reason: 'knows more',
      check,
      checkAt: nextWeek(),
    },
    promised(check, 'check', nextWeek()),
    promised(timer, 'return', nextWeek()),
  ];
  await known.tell(
    lea,
    handed.map((event) => ({ conversation: ids.taken, author: lea.id, event })),
  );
  await known.tell(bea, [
    { conversation: ids.mine, author: bea.id, event: { kind: 'conversation.claimed', by: bea.id } },
  ]);
  await team.admin.call('blob_put', hashOf(secretBytes), secret, 0, 1, secretBytes.byteLength, secretBytes);
  const shown = randomUUID() as ReviewId;
  const asked: ConversationEvent = {
    kind: 'review.asked',
    ...{ review: shown, by: cem.id, of: [lea.id], note: 'Is this right?', answer: shownAnswer },
  };
  await known.tell(cem, [{ conversation: ids.taken, author: cem.id, event: asked }]);
  const theirs = new Known();
  const message = messageDocument('other-1' as ConversationId, 'of the other team');
  await theirs.tell(
    other.admin,
    opening(message.id).map((event) => ({ conversation: 'other-1' as ConversationId, author: null, event })),
    [message],
  );
  const account = {
    kind: 'account',
    id: openAccount,
    account: openAccount,
    activeAt: 1,
    expected: 0,
    body: { label: 'Shop' },
  };
  await team.admin.call('push', 'account', [account], []);
  await team.admin.call('grant_account', secret, [team.admin.id]);
  await asSuperuser(postgres, 'CREATE ROLE bystander LOGIN');
  const stop = async (): Promise<void> => {
    await team.close();
    await other.close();
    await postgres.stop();
  };
  return { postgres, stop, team, other, lea, bea, cem, known, ...ids, check, timer, shown };
};

/** Everything that both teams and the server's list of roles hold, in one word. */
const everything = async ({ postgres, team: { database } }: TwoTeams): Promise<string> => {
  const tables = await asSuperuser(
    postgres,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('steward_acme', 'steward_other') ORDER BY 1`,
    database,
  );
  const parts = tables.map(({ name }) => {
    const row = String(name).endsWith('.device')
      ? `(to_jsonb(t) - 'seen_at' - 'client_schema')::text`
      : 't::text';
    return `SELECT '${String(name)}' AS name, md5(coalesce(string_agg(${row}, '|' ORDER BY ${row}), '')) AS sum FROM ${String(name)} t`;
  });
  const roles = `SELECT 'roles', md5(string_agg(r::text, '|' ORDER BY r.rolname)) FROM pg_authid r`;
  const memberships = `SELECT 'memberships', md5(string_agg(m.roleid || '-' || m.member, '|' ORDER BY m.roleid, m.member)) FROM pg_auth_members m`;
  const functions = `SELECT 'functions', md5(string_agg(p.oid || p.prosrc || coalesce(p.proacl::text, ''), '|' ORDER BY p.oid)) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname LIKE 'steward%'`;
  const rows = await asSuperuser(
    postgres,
    [...parts, roles, memberships, functions].join(' UNION ALL '),
    database,
  );
  return JSON.stringify(rows);
};

/** What an attempt says: the SQLSTATE of an error, or why a push was not taken. */
const outcome = async (attempt: () => Promise<unknown>): Promise<string> => {
  try {
    const answer = await attempt();
    if (typeof answer === 'object' && answer !== null && 'kind' in answer) {
      if ('reason' in answer) return String(answer.reason);
      return String(answer.kind);
    }
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

/** Tries something that must fail for one of these reasons and leave both teams and all roles as they are. */
export const failsAndChangesNothing = async (
  place: TwoTeams,
  attempt: () => Promise<unknown>,
  why: readonly string[],
): Promise<void> => {
  const before = await everything(place);
  expect(why).toContain(await outcome(attempt));
  expect(await everything(place)).toBe(before);
};
