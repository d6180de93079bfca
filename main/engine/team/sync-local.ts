import type { Arrival } from '../actions/ingest/intake.ts';
import type { HandedOver } from '../actions/team/handed.ts';
import type { ReviewNews } from '../actions/team/reviewed.ts';
import { teamLogin } from '../store/read/team-login.ts';
import { teamLink } from '../store/team/link.ts';
import { closureOf } from '../store/team/pending.ts';
import { behindKeys } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import type { Urgency } from '../writer/writer.ts';
import type { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import type { TeamLogin } from './connection.ts';
import type { DocumentKey, Page, Push, PushAnswer, RefusalCode } from './wire.ts';

/** So often is it asked for what a page needs: a document needs another, which needs another ... */
const mostRounds = 20;

/** What stayed behind is written in steps of so many. */
const behindAtOnce = 500;

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
  nextPush(): Promise<Push | null> {
    return this.#workspace.writer.run('team.beginPush', {});
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
   * `upTo` null leaves alone how far the team is followed.
   */
  async write(
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
    throw new TeamError({ kind: 'protocol', where: '', said: 'what a document needs is nowhere' });
  }

  /**
   * Takes the server's word for all that hangs together with these, and runs the commands saved here again. `answer` says
   * which push the server would not have, and why. Answers `push-first` where a push was begun whose end is not known.
   */
  async rebase(
    calls: TeamCalls,
    keys: readonly DocumentKey[],
    answer: RefusedPush | null,
  ): Promise<'done' | 'push-first'> {
    const asked = new Map<string, DocumentKey>();
    const add = (more: readonly DocumentKey[]): void => {
      for (const { kind, id } of more) asked.set(`${kind} ${id}`, { kind, id });
    };
    add(keys);
    add(closureOf(this.#workspace.db, keys).keys);
    for (let round = 0; round < mostRounds; round += 1) {
      const wanted = [...asked.values()];
      const { documents, events } = await calls.fetch(wanted, true);
      const rebased = await this.#workspace.writer.run('team.rebase', {
        documents,
        events,
        keys: wanted,
        answered: answer?.push ?? null,
        refused: answer?.refused ?? null,
      });
      if (rebased.kind !== 'missing') return rebased.kind;
      add(rebased.keys);
    }
    throw new TeamError({
      kind: 'protocol',
      where: '',
      said: 'what a change hangs together with is nowhere',
    });
  }
}
