import * as v from 'valibot';
import type { TeamHit } from '#shared/contract/team.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { conversationNames } from '../store/read/team-pending.ts';
import type { Workspace } from '../workspace.ts';
import type { AskRefusal, AskTeam } from './ask-team.ts';
import { TeamCalls } from './connection-calls.ts';
import { LocalTeam } from './sync-local.ts';
import type { SearchHit, Versioned } from './wire.ts';

/** What is read of a message that is not here: a colleague's application wrote it. */
const head = v.object({ subject: v.string(), fromName: v.string(), fromAddress: v.string() });

type Names = { readonly subject: string; readonly customer: string };

const namesIn = ({ body }: Versioned): Names => {
  const found = v.safeParse(head, body);
  if (!found.success) return { subject: '', customer: '' };
  const { subject, fromName, fromAddress } = found.output;
  return { subject, customer: fromName === '' ? fromAddress : fromName };
};

/** Messages are searched; people look for conversations: the newest hit of each. */
const onceEach = (hits: readonly SearchHit[]): readonly SearchHit[] => {
  const seen = new Set<string>();
  return hits.filter(({ conversation }) => !seen.has(conversation) && seen.add(conversation));
};

/** Conversations in the team's database with these words, newest first, and whether they are here. */
export const searchTeam = async (
  { db }: Workspace,
  team: AskTeam,
  text: string,
  limit: number,
): Promise<Result<readonly TeamHit[], AskRefusal>> => {
  const found = await team.search(text, limit);
  if (!found.ok) return found;
  const hits = onceEach(found.value).map((hit) => ({ hit, names: conversationNames(db, hit.conversation) }));
  const absent = hits.filter(({ names }) => names === null).map(({ hit }) => hit.message);
  const fetched =
    absent.length === 0
      ? ok([])
      : await team.over(async (connection) => {
          const keys = absent.map((id) => ({ kind: 'message' as const, id }));
          return (await new TeamCalls(connection).fetch(keys, false)).documents;
        });
  if (!fetched.ok) return fetched;
  const heads = new Map(fetched.value.map((document) => [document.id, namesIn(document)]));
  return ok(
    hits.map(({ hit, names }) => ({
      conversation: hit.conversation,
      ...(names ?? heads.get(hit.message) ?? { subject: '', customer: '' }),
      at: hit.activeAt,
      snippet: hit.excerpt,
      here: names !== null,
    })),
  );
};

/** Brings a conversation here that only the team's database has; answers whether it is there. */
export const fetchConversation = async (
  workspace: Workspace,
  team: AskTeam,
  id: ConversationId,
): Promise<Result<boolean, AskRefusal>> => {
  // Nothing new has come in by it that anybody would have to be told of.
  const local = new LocalTeam(workspace, {
    arrived: () => undefined,
    handed: () => undefined,
    reviewed: () => undefined,
  });
  return team.over(async (connection) => {
    const calls = new TeamCalls(connection);
    const page = await calls.fetch([{ kind: 'conversation', id }], true);
    await local.write(calls, page, null, 'interactive');
    return conversationNames(workspace.db, id) !== null;
  });
};
