import type { Arrival } from '../actions/ingest/intake.ts';
import type { HandedOver } from '../actions/team/handed.ts';
import type { ReviewNews } from '../actions/team/reviewed.ts';
import { teamLogin } from '../store/read/team-login.ts';
import { teamLink } from '../store/team/link.ts';
import type { WhyAside } from '../store/team/aside.ts';
import { closureOf, partsOf } from '../store/team/pending.ts';
import { behindKeys } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import { WriteError } from '../writer/writer.ts';
import type { Urgency } from '../writer/writer.ts';
import type { TeamCalls } from './connection-calls.ts';
import type { TeamLogin } from './connection.ts';
import type { DocumentKey, Page, Push, PushAnswer, RefusalCode } from './wire.ts';

/** So often is it asked for what a page needs: a document needs another, which needs another ... */
const mostRounds = 20;

/** What stayed behind is written in steps of so many. */
const behindAtOnce = 500;

/** What a document or a change needs is nowhere: it cannot be written. */
class Unplaced extends Error {}

/** Whether what failed is about what was to be written, and not about the disk or the line. */
const isAboutThis = (error: unknown): boolean =>
  error instanceof Unplaced || (error instanceof WriteError && error.reason === null);

type Accepted = Extract<PushAnswer, { readonly kind: 'accepted' }>;
type Content = Pick<Page, 'documents' | 'events'>;

const joined = (one: Content, other: Content): Content => ({
  documents: [...one.documents, ...other.documents],
  events: [...new Map([...one.events, ...other.events].map((event) => [event.id, event])).values()],
});

/** A push that the server would not have; `refused` null where others were first. */
export type RefusedPush = {
  readonly push: string;
  readonly refused: { readonly reason: RefusalCode; readonly key: DocumentKey | null } | null;
};

/** What is told of what comes: customers' messages that colleagues' devices took in, what colleagues gave to whoever sits here, and reviews that are theirs. */
export type TeamNews = {
  readonly arrived: (arrivals: readonly Arrival[]) => void;
  readonly handed: (handed: readonly HandedOver[]) => void;
  readonly reviewed: (reviews: readonly ReviewNews[]) => void;
};

/** What the workspace does for the exchange with its team. */
export class LocalTeam {
  readonly #workspace: Workspace;
  readonly #news: TeamNews;

  constructor(workspace: Workspace, news: TeamNews) {
    this.#workspace = workspace;
    this.#news = news;
  }

  /** How to come in; null for people alone. */
  login(): TeamLogin | null {
    return teamLogin(this.#workspace.db)?.credentials ?? null;
  }

  /** Up to which push the team is followed here. */
  last(): number {
    return teamLink(this.#workspace.db)?.lastSeq ?? 0;
  }

  /** The oldest changes that hang together and the team does not have; the same ones until they are answered. */
  nextPush(alone: boolean): Promise<Push | null> {
    return this.#workspace.writer.run('team.beginPush', { alone });
  }

  /** The server would not have a push as it was made; what it is made of is pushed in another way. */
  async dropPush(push: Push): Promise<void> {
    await this.#workspace.writer.run('team.dropPush', { push: push.id });
  }

  /** The documents of a push that hang together with one of them; all of them where it is not among them. */
  partWith(push: Push, key: DocumentKey | null): readonly DocumentKey[] {
    const isIn = push.documents.some((one) => one.kind === key?.kind && one.id === key.id);
    return closureOf(this.#workspace.db, key !== null && isIn ? [key] : push.documents, true).keys;
  }

  /** Sets aside what the server will not have, or what cannot be written here; everything else goes on. */
  async setAside(keys: readonly DocumentKey[], why: WhyAside, push: string | null): Promise<void> {
    this.#workspace.log.line('team set aside', { why, documents: keys.length });
    await this.#workspace.writer.run('team.setAside', { keys, why, push });
  }

  /** Takes up what was set aside: it is fetched and written, or told, once more. */
  async tryAside(): Promise<void> {
    await this.#workspace.writer.run('team.tryAside', {});
  }

  /** The team has a push; where it was the next one after what is followed here, it is followed. */
  async accepted(push: Push, answer: Accepted): Promise<void> {
    const { writer } = this.#workspace;
    await writer.run('team.keep-sent', null);
    await writer.run('team.pushed', { push: push.id, answer });
    if (answer.seq === this.last() + 1)
      await writer.run('team.apply', { documents: [], events: [], upTo: answer.seq });
  }

  /** What the team has newer and could not be written before changes of ours were pushed. */
  behind(): readonly DocumentKey[] {
    return behindKeys(this.#workspace.db, behindAtOnce);
  }

  /**
   * Writes what the team has, and gets what it needs and is not here; answers what stays as it is because it was changed here.
   * `upTo` null leaves alone how far the team is followed. What cannot be written is set aside.
   */
  async write(
    calls: TeamCalls,
    page: Content,
    upTo: number | null,
    urgency: Urgency,
  ): Promise<readonly DocumentKey[]> {
    try {
      return await this.#writeWhole(calls, page, upTo, urgency);
    } catch (error) {
      if (!isAboutThis(error)) throw error;
      this.#workspace.log.fault('team', error);
    }
    const behind: DocumentKey[] = [];
    for (const part of apart(page)) {
      try {
        behind.push(...(await this.#writeWhole(calls, part, null, urgency)));
      } catch (error) {
        if (!isAboutThis(error)) throw error;
        await this.setAside(part.documents, 'failed', null);
      }
    }
    await this.#writeWhole(calls, { documents: [], events: [] }, upTo, urgency);
    return behind;
  }

  async #writeWhole(
    calls: TeamCalls,
    page: Content,
    upTo: number | null,
    urgency: Urgency,
  ): Promise<readonly DocumentKey[]> {
    let content = page;
    for (let round = 0; round < mostRounds; round += 1) {
      const { documents, events } = content;
      const applied = await this.#workspace.writer.run('team.apply', { documents, events, upTo }, urgency);
      if (applied.kind === 'applied') {
        if (applied.arrived.length > 0) this.#news.arrived(applied.arrived);
        if (applied.handed.length > 0) this.#news.handed(applied.handed);
        if (applied.reviewed.length > 0) this.#news.reviewed(applied.reviewed);
        return applied.behind;
      }
      content = joined(content, await calls.fetch(applied.keys, true));
    }
    throw new Unplaced('what a document needs is nowhere');
  }

  /**
   * Takes the server's word for all that hangs together with these, and runs the commands saved here again. `answer` says
   * which push the server would not have, and why. What cannot be done again is set aside. Answers `push-first` where a
   * push was begun whose end is not known, and `hopeless` where the server would not have it and no command can be left out.
   */
  async rebase(
    calls: TeamCalls,
    keys: readonly DocumentKey[],
    answer: RefusedPush | null,
    latest?: number,
  ): Promise<'done' | 'push-first' | 'hopeless'> {
    try {
      const alone = answer !== null && answer.refused !== null;
      return await this.#rebaseWhole(calls, keys, answer, { alone, latest });
    } catch (error) {
      if (!isAboutThis(error)) throw error;
      this.#workspace.log.fault('team', error);
    }
    const parts = partsOf(this.#workspace.db, keys);
    for (const part of parts) {
      try {
        const isWhole = parts.length === 1;
        const end = isWhole
          ? null
          : await this.#rebaseWhole(calls, part.keys, answer, { alone: true, latest });
        if (end === 'push-first') return end;
        if (end !== null) continue;
      } catch (error) {
        if (!isAboutThis(error)) throw error;
      }
      await this.setAside(part.keys, 'failed', answer?.push ?? null);
    }
    return 'done';
  }

  async #rebaseWhole(
    calls: TeamCalls,
    keys: readonly DocumentKey[],
    answer: RefusedPush | null,
    { alone, latest }: { readonly alone: boolean; readonly latest: number | undefined },
  ): Promise<'done' | 'push-first' | 'hopeless'> {
    const asked = new Map<string, DocumentKey>();
    const add = (more: readonly DocumentKey[]): void => {
      for (const { kind, id } of more) asked.set(`${kind} ${id}`, { kind, id });
    };
    add(keys);
    add(closureOf(this.#workspace.db, keys, alone).keys);
    for (let round = 0; round < mostRounds; round += 1) {
      const wanted = [...asked.values()];
      const { documents, events } = await calls.fetch(wanted, true);
      const rebased = await this.#workspace.writer.run('team.rebase', {
        documents,
        events,
        keys: wanted,
        answered: answer?.push ?? null,
        refused: answer?.refused ?? null,
        alone,
        ...(latest === undefined ? {} : { latest }),
      });
      if (rebased.kind === 'push-first') return rebased.kind;
      if (rebased.kind === 'done')
        return answer !== null && answer.refused !== null && rebased.banned === 0 ? 'hopeless' : 'done';
      add(rebased.keys);
    }
    throw new Unplaced('what a change hangs together with is nowhere');
  }
}

/** A page in parts of which each can be written, or not, by itself: a conversation with what was said in it, and all else one by one. */
const apart = ({ documents, events }: Content): readonly Content[] => {
  const parts = new Map<string, Content['documents']>();
  for (const one of documents) {
    const within = one.kind === 'message' ? one.body?.['conversation'] : one.id;
    const isSaid = one.kind === 'conversation' || one.kind === 'message';
    const place = isSaid && typeof within === 'string' ? `said ${within}` : `${one.kind} ${one.id}`;
    parts.set(place, [...(parts.get(place) ?? []), one]);
  }
  return [...parts.values()].map((part) => {
    const streams = new Set(part.map(({ id }) => id));
    return { documents: part, events: events.filter(({ stream }) => streams.has(stream)) };
  });
};
