import type { ownershipCalls } from '#shared/contract/ownership.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { refusedChange, underPolicy } from '../policy/rules.ts';
import { keyedHash } from '../store/erase/ledger.ts';
import { isErasedConversation } from '../store/erase/tombstones.ts';
import { deriveKeys } from '../store/keys.ts';
import { countConversations } from '../store/read/conversation-counts.ts';
import { conversationDetail } from '../store/read/conversation-detail.ts';
import { listAbout, listBack, listConversations } from '../store/read/conversation-list.ts';
import { suggestPeople } from '../store/read/customers.ts';
import { draftOfConversation, hasContent } from '../store/read/draft.ts';
import { findConversation } from '../store/read/find-conversation.ts';
import { handedTo } from '../store/read/handed.ts';
import { viewerOf } from '../store/read/members.ts';
import { readPreferences } from '../store/read/preferences.ts';
import { runSearch } from '../store/read/search.ts';
import { readTimeline } from '../store/read/timeline.ts';
import { shownDraft } from '../compose/way-out.ts';
import type { Workspace } from '../workspace.ts';

type ConversationCalls =
  | Exclude<
      Extract<keyof Handlers, `conversation.${string}` | `search.${string}`>,
      keyof typeof ownershipCalls
    >
  | 'people.suggest'
  | 'app.preferences'
  | 'app.spelling'
  | 'app.setPreferences';

/** How far this computer's clock is ahead of UTC at a time, in ms. */
const timeZoneOffset = (at: number): number => -new Date(at).getTimezoneOffset() * 60_000;

/** Handlers for lists, conversations, search and preferences. */
export const conversationHandlers = (workspace: Workspace): Pick<Handlers, ConversationCalls> => {
  const { db, writer, policy } = workspace;
  const hash = keyedHash(deriveKeys(workspace.root).erasures.names);
  const draftOf = (id: ConversationId): ReturnType<typeof draftOfConversation> => {
    const draft = draftOfConversation(db, id);
    return draft !== null && hasContent(draft) ? shownDraft(workspace, draft) : null;
  };
  const gone = (id: ConversationId, mergedInto: ConversationId | null) =>
    fail({
      kind: 'conversation-gone' as const,
      mergedInto,
      erased: mergedInto === null && isErasedConversation(db, hash, id),
    });
  return {
    'conversation.list': ({ query, after, limit, at }) => {
      const viewer = viewerOf(db);
      if (at === undefined) return ok(listConversations(db, query, viewer, after, limit));
      return ok(
        at.kind === 'until'
          ? listBack(db, query, viewer, at.cursor, limit)
          : listAbout(db, query, viewer, at.share, limit),
      );
    },
    'conversation.counts': () => ok(countConversations(db, viewerOf(db))),
    'conversation.get': ({ id }) => {
      const found = findConversation(db, id);
      if (found.kind === 'gone') return gone(id, found.mergedInto);
      const detail = conversationDetail(db, found.num);
      return detail === undefined
        ? gone(id, null)
        : ok({ ...detail, draftContent: draftOf(id), handed: handedTo(db, found.num, viewerOf(db).me) });
    },
    'conversation.timeline': ({ id, before, limit }) => {
      const found = findConversation(db, id);
      return found.kind === 'gone'
        ? fail({ kind: 'conversation-gone', mergedInto: found.mergedInto })
        : ok(readTimeline(db, found.num, before, limit));
    },
    'conversation.seen': (input) => writer.run('conversation.seen', input),
    'conversation.resolve': async (input) => ok(await writer.run('conversation.resolve', input)),
    'conversation.reopen': async (input) => ok(await writer.run('conversation.reopen', input)),
    'conversation.undo': (input) => writer.run('conversation.undo', input),
    'search.run': ({ text, after, limit, order }) => {
      const now = workspace.clock.now();
      return ok(runSearch(db, text, { after, limit, order }, { now, timeZoneOffset }));
    },
    'people.suggest': ({ text }) => ok({ people: suggestPeople(db, text) }),
    'app.preferences': () => ok(underPolicy(policy, readPreferences(db))),
    'app.spelling': async () => {
      const { spelling, spellingLanguages } = readPreferences(db);
      return ok(await workspace.shell.spelling({ on: spelling, languages: spellingLanguages }));
    },
    'app.setPreferences': async ({ change }) => {
      const refused = refusedChange(policy, change);
      if (refused !== null) return fail(refused);
      return ok(underPolicy(policy, await writer.run('preferences.set', { change })));
    },
  };
};
