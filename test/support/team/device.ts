import { runAction } from '#main/engine/actions/run-action.ts';
import type { IngestBatch } from '#main/engine/actions/ingest/intake.ts';
import { teamLink } from '#main/engine/store/team/link.ts';
import { closureOf } from '#main/engine/store/team/pending.ts';
import type { DocumentKey, Page, Push } from '#main/engine/team/wire.ts';
import type { Role } from '#shared/domain/member.ts';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import type { Exchange } from './exchange.ts';

/** One person's device in a team: a real local store that exchanges through a small database in the test. */
export type Device = {
  readonly name: string;
  readonly member: MemberId;
  readonly account: AccountId;
  readonly workspace: TestWorkspace;
  readonly run: TestWorkspace['run'];
  readonly ingest: (items: IngestBatch['items'], options?: Partial<IngestBatch>) => void;
  readonly join: () => void;
  /** Offers the next push; `lost` drops the answer on its way. */
  readonly push: (options?: { readonly lost: boolean }) => 'nothing' | 'accepted' | 'lost' | 'conflict';
  /** Pulls one page. */
  readonly pull: (options?: { readonly atMost?: number; readonly again?: boolean }) => boolean;
  /** Pushes and pulls until there is neither. */
  readonly sync: () => void;
  readonly close: () => void;
};

/** Ids that grow over all devices of a test, and tell which made them. */
let last = 0;
const idsOf = (name: string) => ({
  next: () => {
    last += 1;
    return `${String(last).padStart(8, '0')}-0000-7000-8000-${name}`;
  },
});

/** Puts the members of a test into the team's database, as inviting and joining would. */
export const enrol = (
  exchange: Exchange,
  members: readonly { readonly id: MemberId; readonly name: string; readonly role: Role }[],
): void => {
  exchange.push({
    id: 'members',
    documents: members.map(({ id, name, role }) => ({
      kind: 'member',
      id,
      account: null,
      activeAt: present,
      body: { name, address: '', role, away: null, goneAt: null, createdAt: present },
      expected: 0,
    })),
    events: [],
  });
};

/** What a device gave up after: a loop that never ends is a fault. */
const mostRounds = 200;

/** Makes a device; it is alone until it joins. */
export const makeDevice = (exchange: Exchange, name: string): Device => {
  const workspace = makeWorkspace();
  const member = `member-${name}` as MemberId;
  const ids = idsOf(name);
  let me = workspace.environment.me;
  const run: TestWorkspace['run'] = (action, input) =>
    runAction({ ...workspace.environment, me, ids }, action, input);
  const account = workspace.addAccount('support@shop.example');

  const answered = (keys: readonly DocumentKey[], push: string | null): void => {
    let asked = closureOf(workspace.db, keys).keys;
    for (let round = 0; round < mostRounds; round += 1) {
      const page = exchange.fetch(asked);
      const { documents, events } = page;
      const { output } = run('team.rebase', {
        documents,
        events,
        keys: asked,
        answered: push,
        refused: null,
      });
      if (output.kind === 'done') return;
      if (output.kind === 'push-first') throw new Error('a push was begun');
      asked = [...asked, ...output.keys];
    }
    throw new Error('a rebase without end');
  };

  const push: Device['push'] = ({ lost } = { lost: false }) => {
    const next: Push | null = run('team.beginPush', {}).output;
    if (next === null) return 'nothing';
    const answer = exchange.push(next);
    if (lost) return 'lost';
    if (answer.kind === 'accepted') {
      run('team.pushed', { push: next.id, answer });
      return 'accepted';
    }
    if (answer.kind === 'refused') throw new Error('a refusal');
    answered(answer.keys, next.id);
    return 'conflict';
  };

  const write = (page: Page, upTo: number | null): void => {
    let { documents, events } = page;
    for (let round = 0; round < mostRounds; round += 1) {
      const { output } = run('team.apply', { documents, events, upTo });
      if (output.kind === 'applied') return;
      const more = exchange.fetch(output.keys);
      if (more.documents.length === 0) throw new Error(`nowhere: ${JSON.stringify(output.keys)}`);
      documents = [...documents, ...more.documents];
      events = [...new Map([...events, ...more.events].map((one) => [one.id, one])).values()];
    }
    throw new Error('a page without end');
  };

  /** What stayed behind is written as soon as no push is on its way. */
  const catchUp = (): void => {
    const behind = workspace.db.all<DocumentKey>('SELECT kind, id FROM team_behind');
    const isPushing = workspace.db.get('SELECT 1 AS yes FROM team_push') !== undefined;
    if (behind.length > 0 && !isPushing) answered(behind, null);
  };

  const pull: Device['pull'] = ({ atMost = 50, again = false } = {}) => {
    const from = teamLink(workspace.db)?.lastSeq ?? 0;
    const page = exchange.pull(again ? Math.max(0, from - 3) : from, atMost);
    write(page, page.upTo);
    catchUp();
    return page.more;
  };

  return {
    name,
    member,
    account,
    workspace,
    run,
    ingest: (items, options = {}) => {
      run('ingest.batch', {
        account,
        channel: 'email',
        stream: 'INBOX',
        role: 'inbox',
        own: ['support@shop.example'],
        items,
        changes: [],
        continues: false,
        followed: false,
        next: { at: 1 },
        more: false,
        onServer: null,
        remaining: null,
        gap: null,
        ...options,
      });
    },
    join: () => {
      run('team.join', {
        team: { id: 'team', name: 'Shop', slug: 'shop' },
        member,
        device: `device-${name}`,
      });
      me = member;
    },
    push,
    pull,
    sync: () => {
      for (let round = 0; round < mostRounds; round += 1) {
        const more = pull();
        if (push() === 'nothing' && !more) return;
        catchUp();
      }
      throw new Error('a synchronisation without end');
    },
    close: () => {
      workspace.close();
    },
  };
};
