import fc from 'fast-check';
import type {
  AccountId,
  ConversationId,
  DraftId,
  FollowUpId,
  MemberId,
  MessageId,
  OutboxId,
  ReviewId,
} from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { openReviews, shownAnswer } from '#test/support/store/reviews.ts';
import { addTeam, queueDraft, runAs, startDraft, team } from '#test/support/store/team.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const hour = 3_600_000;

type Member = keyof typeof team;
type Act =
  | 'claim'
  | 'assign'
  | 'release'
  | 'transfer'
  | 'resolve'
  | 'reopen'
  | 'snooze'
  | 'wake'
  | 'tag'
  | 'untag'
  | 'note'
  | 'show'
  | 'look'
  | 'hide'
  | 'promise'
  | 'move'
  | 'keep'
  | 'cancel'
  | 'confirm'
  | 'words'
  | 'waive'
  | 'hand-over'
  | 'spread'
  | 'balance'
  | 'merge'
  | 'split';

/** One thing that happens. `which`, `other` and `n` pick among what there is by then. */
export type Step =
  | { readonly do: 'mail'; readonly letter: Letter; readonly hours: number; readonly imported: boolean }
  | {
      readonly do: 'act';
      readonly act: Act;
      readonly who: Member;
      readonly to: Member;
      readonly which: number;
      readonly other: number;
      readonly n: number;
    }
  | { readonly do: 'undo'; readonly which: number; readonly who: Member }
  | { readonly do: 'draft'; readonly which: number; readonly n: number }
  | {
      readonly do: 'reply';
      readonly who: Member;
      readonly which: number;
      readonly sent: boolean;
      readonly resolve: boolean;
    }
  | { readonly do: 'withdraw'; readonly which: number }
  | { readonly do: 'time'; readonly hours: number }
  | { readonly do: 'away'; readonly who: Member; readonly to: Member | null; readonly hours: number | null };

const member = fc.constantFrom<Member>('dana', 'omar', 'lena');
const anybody = fc.constantFrom<Member>('dana', 'omar', 'lena', 'timo');
const small = fc.integer({ min: 0, max: 7 });
const letterId = fc.integer({ min: 0, max: 19 }).map((n) => `m${String(n)}`);

const mail: fc.Arbitrary<Step> = fc
  .record({
    id: letterId,
    parents: fc.array(letterId, { maxLength: 2 }),
    hours: fc.integer({ min: -48, max: 0 }),
    direction: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'out' as const),
    automatic: fc.constantFrom(null, null, null, null, 'auto-reply' as const),
    subject: fc.constantFrom('An order', 'Broken lamp', 'Invoice'),
    person: fc.integer({ min: 0, max: 1 }),
    imported: fc.constantFrom(false, false, false, true),
  })
  .map(({ hours, person, parents, imported, ...rest }) => ({
    do: 'mail',
    hours,
    imported,
    letter: {
      ...rest,
      parents: parents.filter((parent) => parent !== rest.id),
      ...(rest.direction === 'in'
        ? { from: { name: '', address: `p${String(person)}@customer.example` } }
        : {}),
    },
  }));

const acts: readonly Act[] = [
  ...(['claim', 'assign', 'release', 'transfer', 'transfer', 'resolve', 'resolve', 'reopen'] as const),
  ...(['snooze', 'wake', 'tag', 'untag', 'note', 'promise', 'move', 'keep', 'cancel'] as const),
  ...(['show', 'show', 'look', 'look', 'hide'] as const),
  ...([
    'confirm',
    'confirm',
    'words',
    'waive',
    'hand-over',
    'spread',
    'balance',
    'merge',
    'merge',
    'merge',
    'split',
    'split',
    'split',
  ] as const),
];

const act: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('act' as const),
  act: fc.constantFrom(...acts),
  who: member,
  to: anybody,
  which: small,
  other: small,
  n: fc.integer({ min: 1, max: 7 }),
});

/** Any of these, mail and changes most of all. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: mail },
  { weight: 12, arbitrary: act },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), which: small, who: member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('draft' as const), which: small, n: small }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reply' as const),
      who: member,
      which: small,
      sent: fc.boolean(),
      resolve: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which: small }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('time' as const), hours: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('away' as const),
      who: member,
      to: fc.option(member),
      hours: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
  },
);

/** A workspace after a history; `differences` are what changes that were taken back at once left behind. */
export type Played = { readonly workspace: TestWorkspace; readonly differences: readonly string[] };

/** All that a change that is taken back must leave as it was, by the name of each row. */
const snapshot = ({ reader }: TestWorkspace): ReadonlyMap<string, string> => {
  const rows: [string, string][] = [];
  const put = (table: string, keys: readonly string[], left: readonly string[] = []): void => {
    for (const row of reader.all<Record<string, string | number | null>>(`SELECT * FROM ${table}`)) {
      const key = `${table} ${keys.map((one) => String(row[one])).join(' ')}`;
      rows.push([key, JSON.stringify(Object.entries(row).filter(([name]) => !left.includes(name)))]);
    }
  };
  put('conversation', ['num'], ['rev', 'spoken_rev']);
  put('message', ['seq']);
  put('thread_name', ['name']);
  put('thread_subject', ['key', 'loose', 'at', 'seq']);
  put('conversation_tag', ['tag', 'conversation_num']);
  put('follow_up', ['id']);
  put('draft', ['id']);
  put('draft_attachment', ['draft_id', 'id']);
  put('outbox', ['id']);
  return new Map(rows);
};

const differences = (
  what: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    // What a split opened stays, as a part of what it came from.
    .filter((key) => !(what === 'split' && key.startsWith('conversation ') && !before.has(key)))
    .map((key) => `${what}: ${key}\n  ${before.get(key) ?? 'none'}\n  ${after.get(key) ?? 'none'}`);

type Place = { readonly id: ConversationId; readonly rev: number };

class Player {
  readonly workspace: TestWorkspace;
  readonly differences: string[] = [];
  readonly #account: AccountId;
  readonly #takeBack: boolean;
  readonly #undos: string[] = [];
  readonly #sends: OutboxId[] = [];
  #drafts = 0;

  constructor(workspace: TestWorkspace, takeBack: boolean) {
    this.workspace = workspace;
    this.#takeBack = takeBack;
    this.#account = workspace.addAccount('support@shop.example');
    addTeam(workspace);
  }

  play(one: Step): void {
    const { workspace } = this;
    switch (one.do) {
      case 'mail': {
        const letter = { ...one.letter, at: workspace.clock.now + one.hours * hour };
        workspace.ingest({ account: this.#account, items: [item(letter)], more: one.imported });
        return;
      }
      case 'act':
        this.#act(one);
        return;
      case 'undo': {
        const undo = this.#undos.at(-1 - (one.which % Math.max(1, this.#undos.length)));
        if (undo !== undefined) runAs(workspace, team[one.who])('conversation.undo', { undo });
        return;
      }
      case 'draft':
        this.#draft(one.which, `<p>${String(one.n)}</p>`);
        return;
      case 'reply':
        this.#reply(one);
        return;
      case 'withdraw': {
        const id = this.#sends[one.which % Math.max(1, this.#sends.length)];
        if (id !== undefined) workspace.run('outbox.undo', { id });
        return;
      }
      case 'time':
        this.#pass(one.hours);
        return;
      case 'away':
        runAs(workspace, team.lena)('member.away', {
          member: team[one.who],
          until: one.hours === null ? null : workspace.clock.now + one.hours * hour,
          substitute: one.to === null ? null : team[one.to],
        });
    }
  }

  #places(): readonly Place[] {
    return this.workspace.reader.all<Place>(
      "SELECT id, rev FROM conversation WHERE status <> 'merged' ORDER BY num",
    );
  }

  #place(which: number): Place | undefined {
    const places = this.#places();
    return places[which % Math.max(1, places.length)];
  }

  #followUp(which: number, purpose: string): FollowUpId {
    const rows = this.workspace.reader.all<{ id: FollowUpId }>(
      'SELECT id FROM follow_up WHERE purpose LIKE ? ORDER BY id',
      [purpose],
    );
    return rows[which % Math.max(1, rows.length)]?.id ?? ('none' as FollowUpId);
  }

  #promised(): string {
    const rows = this.workspace.reader.all<{ id: string }>('SELECT id FROM follow_up ORDER BY id');
    return rows.map(({ id }) => id).join(' ');
  }

  #messagesOf(id: ConversationId): readonly MessageId[] {
    return this.workspace.reader
      .all<{ id: MessageId }>(
        `SELECT m.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE c.id = ? ORDER BY m.at, m.seq`,
        [id],
      )
      .map((row) => row.id);
  }

  #draft(which: number, html: string): DraftId | undefined {
    const place = this.#place(which);
    if (place === undefined) return undefined;
    const there = this.workspace.reader.get<{ id: DraftId }>(
      'SELECT d.id FROM draft d JOIN conversation c ON c.num = d.conversation_num WHERE c.id = ?',
      [place.id],
    );
    if (there === undefined) this.#drafts += 1;
    const id = there?.id ?? `draft-${String(this.#drafts)}`;
    return startDraft(this.workspace.run, this.#account, place.id, { id, html });
  }

  #reply({ who, which, sent, resolve }: Extract<Step, { do: 'reply' }>): void {
    const { workspace } = this;
    const draft = this.#draft(which, '<p>An answer</p>');
    if (draft === undefined) return;
    const outbox = `outbox-${String(this.#sends.length)}` as OutboxId;
    const run = runAs(workspace, team[who]);
    const followUp = {
      dueAt: workspace.clock.now + hour,
      ifNoReply: true,
      every: null,
      why: 'with the answer',
    };
    const queued = queueDraft(run, this.#account, draft, {
      outbox,
      at: workspace.clock.now,
      resolve,
      followUp: which % 2 === 0 ? followUp : null,
    });
    if (!queued.ok) return;
    this.#sends.push(outbox);
    if (sent) workspace.run('outbox.step', { id: outbox, step: { kind: 'sent', externalId: null } });
  }

  #pass(hours: number): void {
    const { workspace } = this;
    workspace.clock.now += hours * hour;
    const { now } = workspace.clock;
    workspace.run('member.comeBack', { now });
    workspace.run('conversation.wakeDue', { now, limit: 100 });
    const due = workspace.reader
      .all<{ id: FollowUpId }>('SELECT id FROM follow_up WHERE due_at <= ? ORDER BY due_at, id', [now])
      .map(({ id }) => ({ id, late: hours > 12, unchecked: false }));
    workspace.run('follow-up.fallDue', { now, due });
  }

  #act(one: Extract<Step, { do: 'act' }>): void {
    const before = this.#takeBack ? snapshot(this.workspace) : null;
    const undo = this.#changed(one);
    if (undo === null) return;
    if (before === null) {
      this.#undos.push(undo);
      return;
    }
    const undone = runAs(this.workspace, team[one.who])('conversation.undo', { undo }).output;
    this.differences.push(...differences(one.act, before, snapshot(this.workspace)));
    // What was done and taken back half the time, so that histories grow.
    if (!undone.ok) this.differences.push(`${one.act}: could not be taken back`);
    if (one.n % 2 === 0) this.#changed(one);
  }

  /** Everything of one member goes to others; nothing open may be left with them. */
  #handOver({ act, who, to, n }: Extract<Step, { do: 'act' }>): string | null {
    const { workspace } = this;
    const member = ([team.dana, team.omar, team.lena] as const)[n % 3] ?? team.dana;
    const promised = this.#promised();
    const { output } = runAs(workspace, team[who])('hand-over.accept', {
      member,
      to: act === 'hand-over' ? { kind: 'one', member: team[to] } : { kind: 'spread', edits: [] },
      checks: n > 4 ? team[to] : null,
      note: 'is ill',
    });
    if (!output.ok) return null;
    const left = workspace.reader.all<{ id: string }>(
      `SELECT id FROM conversation WHERE owner_id = ? AND status = 'open'
       UNION ALL SELECT id FROM follow_up WHERE owner_id = ? AND purpose <> 'check'`,
      [member, member],
    );
    if (left.length > 0) this.differences.push(`${act}: something was left behind`);
    const { conversations, followUps, checks } = output.value;
    // Return timers end with the change of hands; promises and checks never do.
    const lost = promised.split(' ').filter((id) => !this.#promised().includes(id));
    const timers = workspace.reader.all<{ n: number }>(
      `SELECT count(*) AS n FROM event WHERE undo = ? AND kind = 'follow-up.cancelled'`,
      [output.value.undo],
    );
    if (lost.filter((id) => id !== '').length !== timers[0]?.n)
      this.differences.push(`${act}: promises were lost`);
    return conversations + followUps + checks + lost.length > 0 ? this.#undoOf(output.value.undo) : null;
  }

  /** The key, where something happened under it. */
  #undoOf(undo: string): string | null {
    const happened = this.workspace.reader.get('SELECT 1 AS yes FROM event WHERE undo = ? LIMIT 1', [undo]);
    return happened === undefined ? null : undo;
  }

  /** Does it; answers the undo key where something was changed. */
  #changed(one: Extract<Step, { do: 'act' }>): string | null {
    const run = runAs(this.workspace, team[one.who]);
    const place = this.#place(one.which);
    if (place === undefined) return null;
    const to: MemberId = team[one.to];
    const ids = [...new Set([place.id, this.#place(one.other)?.id ?? place.id])].slice(0, (one.n % 2) + 1);
    const later = this.workspace.clock.now + one.n * 5 * hour;
    const many = (output: { readonly undo: string; readonly done: number }): string | null =>
      output.done > 0 ? output.undo : null;
    const single = (
      output: { readonly ok: true; readonly value: { readonly undo: string } } | { readonly ok: false },
    ): string | null => (output.ok ? output.value.undo : null);
    switch (one.act) {
      case 'claim':
        return many(run('conversation.claim', { ids }).output);
      case 'assign':
        return many(run('conversation.assign', { ids, to, note: '' }).output);
      case 'release':
        return many(run('conversation.assign', { ids, to: null, note: '' }).output);
      case 'transfer':
        return many(
          run('conversation.transfer', {
            ...{ ids, to, reason: 'why', checkAt: later },
            returnAt: one.n > 4 ? later - hour : null,
          }).output,
        );
      case 'resolve':
        return many(run('conversation.resolve', { ids }).output);
      case 'reopen':
        return many(run('conversation.reopen', { ids }).output);
      case 'snooze':
        return many(run('conversation.snooze', { ids, until: later }).output);
      case 'wake':
        return many(run('conversation.wake', { ids }).output);
      case 'tag':
        return many(run('conversation.tag', { ids, add: [`t${String(one.n)}`, 'x'], remove: [] }).output);
      case 'untag':
        return many(run('conversation.tag', { ids, add: [], remove: ['x'] }).output);
      case 'note':
        run('note.add', { conversation: place.id, text: 'look', mentions: [to] });
        return null;
      case 'show':
        run('review.ask', { conversation: place.id, of: [to], note: 'look', answer: shownAnswer });
        return null;
      case 'look':
      case 'hide': {
        const [open] = openReviews(this.workspace.reader, place.id);
        const it = { conversation: place.id, review: open ?? ('none' as ReviewId) };
        if (one.act === 'look') run('review.give', { ...it, verdict: 'good', note: '', html: null });
        else run('review.end', { ...it, reason: 'withdrawn' });
        return null;
      }
      case 'promise':
        return single(
          run('follow-up.promise', {
            conversation: place.id,
            followUp: {
              dueAt: later,
              ifNoReply: one.n % 2 === 0,
              every: one.n === 3 ? 24 * hour : null,
              why: 'call',
            },
          }).output,
        );
      case 'move':
        return single(run('follow-up.move', { id: this.#followUp(one.other, '%'), dueAt: later }).output);
      case 'keep':
        return single(run('follow-up.keep', { id: this.#followUp(one.other, '%') }).output);
      case 'cancel':
        return single(run('follow-up.cancel', { id: this.#followUp(one.other, '%') }).output);
      case 'confirm':
      case 'words': {
        const id = this.#followUp(one.other, 'check');
        const message = this.#messagesOf(place.id)[0] ?? null;
        return single(
          run('check.confirm', {
            id,
            ...(one.act === 'confirm'
              ? { how: 'customer-confirmed', message: null }
              : { how: 'customer-words', message }),
          }).output,
        );
      }
      case 'waive':
        return single(run('check.waive', { id: this.#followUp(one.other, 'check'), reason: 'why' }).output);
      case 'hand-over':
      case 'spread':
        return this.#handOver(one);
      case 'balance': {
        const moves = ids.map((conversation) => ({ conversation, to }));
        const spread = run('balance.accept', { member: team.dana, moves, note: '' }).output;
        return spread.ok ? many(spread.value) : null;
      }
      case 'merge': {
        const all = new Set([place.id, this.#place(one.other)?.id ?? place.id]);
        const third = this.#place(one.n)?.id;
        if (one.n > 4 && third !== undefined) all.add(third);
        if (all.size < 2) return null;
        const promised = this.#promised();
        const merged = run('conversation.merge', { ids: [...all] }).output;
        // Nobody's promise may end because two conversations became one.
        if (this.#promised() !== promised) this.differences.push('merge: promises were lost');
        return single(merged);
      }
      case 'split': {
        const messages = this.#messagesOf(place.id).filter((_, index) => ((one.n >> (index % 3)) & 1) === 1);
        return single(run('conversation.split', { id: place.id, messages }).output);
      }
    }
  }
}

/** Plays a history in a workspace of its own and looks at what came of it; with `takeBack` each change is taken back at once, and half of them made again. */
export const historyOf = (
  steps: readonly Step[],
  look: (played: Played) => void,
  { takeBack = false }: { readonly takeBack?: boolean } = {},
): void => {
  const workspace = makeWorkspace();
  try {
    workspace.clock.now = present;
    const player = new Player(workspace, takeBack);
    for (const one of steps) player.play(one);
    workspace.run('search.index', { limit: 200 });
    look(player);
  } finally {
    workspace.close();
  }
};
