import fc from 'fast-check';
import type {
  ConversationId,
  CustomerId,
  FollowUpId,
  MemberId,
  MessageId,
  OutboxId,
} from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { openReviews, shownAnswer } from '#test/support/store/reviews.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { queueDraft, startDraft } from '#test/support/store/team.ts';
import { enrol, makeDevice } from '#test/support/team/device.ts';
import type { Device } from '#test/support/team/device.ts';
import { Exchange } from '#test/support/team/exchange.ts';

const hour = 3_600_000;

const acts = [
  ...([
    'claim',
    'claim',
    'assign',
    'release',
    'transfer',
    'transfer',
    'resolve',
    'resolve',
    'reopen',
  ] as const),
  ...([
    'snooze',
    'wake',
    'tag',
    'untag',
    'note',
    'note',
    'show',
    'show',
    'look',
    'look',
    'hide',
    'promise',
    'keep',
    'cancel',
    'confirm',
    'waive',
  ] as const),
  ...(['merge', 'merge', 'split', 'split', 'undo', 'undo'] as const),
  ...([
    'reply',
    'reply',
    'withdraw',
    'sent',
    'time',
    'rename',
    'join-customers',
    'move',
    'undo-customer',
  ] as const),
] as const;
type Act = (typeof acts)[number];

/** One thing that a device does, or that happens between it and the team. `which`, `other` and `n` pick among what there is. */
export type TeamStep = { readonly on: number } & (
  | { readonly do: 'mail'; readonly letter: Letter; readonly imported: boolean }
  | {
      readonly do: 'act';
      readonly act: Act;
      readonly which: number;
      readonly other: number;
      readonly n: number;
    }
  | { readonly do: 'push' | 'push-lost' | 'pull' | 'pull-again' | 'sync' }
);

const on = fc.integer({ min: 0, max: 2 });
const small = fc.integer({ min: 0, max: 7 });
const letterId = fc.integer({ min: 0, max: 9 }).map((n) => `m${String(n)}`);

const mail: fc.Arbitrary<TeamStep> = fc
  .record({
    on,
    id: letterId,
    parents: fc.array(letterId, { maxLength: 2 }),
    direction: fc.constantFrom('in' as const, 'in' as const, 'in' as const, 'out' as const),
    automatic: fc.constantFrom(null, null, null, 'auto-reply' as const),
    subject: fc.constantFrom('An order', 'Broken lamp'),
    person: fc.integer({ min: 0, max: 1 }),
    imported: fc.constantFrom(false, false, false, true),
  })
  .map(({ person, parents, imported, on: device, ...rest }) => ({
    on: device,
    do: 'mail',
    imported,
    letter: {
      ...rest,
      parents: parents.filter((parent) => parent !== rest.id),
      // One mail is the same on every device that gets it.
      at: Date.UTC(2026, 0, 14, 12) + Number(rest.id.slice(1)) * hour,
      ...(rest.direction === 'in'
        ? { from: { name: '', address: `p${String(person)}@customer.example` } }
        : {}),
    },
  }));

const act: fc.Arbitrary<TeamStep> = fc.record({
  on,
  do: fc.constant('act' as const),
  act: fc.constantFrom(...acts),
  which: small,
  other: small,
  n: fc.integer({ min: 1, max: 7 }),
});

const between: fc.Arbitrary<TeamStep> = fc.record({
  on,
  do: fc.constantFrom('push', 'push-lost', 'pull', 'pull-again', 'sync', 'sync' as const),
});

/** Mail, what people do, and exchanges in any order. */
export const teamStep: fc.Arbitrary<TeamStep> = fc.oneof(
  { weight: 5, arbitrary: mail },
  { weight: 9, arbitrary: act },
  { weight: 6, arbitrary: between },
);

type Note = { readonly text: string; readonly device: Device };

/** A team after a history. */
export type PlayedTeam = {
  readonly exchange: Exchange;
  readonly devices: readonly Device[];
  readonly notes: readonly Note[];
};

const members = [
  { id: 'member-ana' as MemberId, name: 'Ana', role: 'lead' as const },
  { id: 'member-bo' as MemberId, name: 'Bo', role: 'agent' as const },
  { id: 'member-cy' as MemberId, name: 'Cy', role: 'agent' as const },
];

class Player implements PlayedTeam {
  readonly exchange = new Exchange();
  readonly devices: readonly Device[];
  readonly notes: Note[] = [];
  readonly #undos = new Map<Device, string[]>();
  readonly #customerUndos = new Map<Device, string[]>();
  #count = 0;

  constructor() {
    enrol(this.exchange, members);
    this.devices = ['ana', 'bo', 'cy'].map((name) => makeDevice(this.exchange, name));
    for (const device of this.devices) {
      device.join();
      device.sync();
    }
  }

  play(step: TeamStep): void {
    const device = this.devices[step.on];
    if (device === undefined) return;
    switch (step.do) {
      case 'mail':
        device.ingest([item(step.letter)], { more: step.imported });
        return;
      case 'act':
        this.#act(device, step);
        return;
      case 'push':
        device.push();
        return;
      case 'push-lost':
        device.push({ lost: true });
        return;
      case 'pull':
        device.pull({ atMost: 3 });
        return;
      case 'pull-again':
        device.pull({ again: true });
        return;
      case 'sync':
        device.sync();
    }
  }

  /** Everybody gets everything. */
  settle(): void {
    for (let round = 0; round < 4; round += 1) for (const device of this.devices) device.sync();
    for (const device of this.devices) device.run('search.index', { limit: 500 });
  }

  #place(
    { workspace }: Device,
    which: number,
  ): { readonly id: ConversationId; readonly rev: number } | undefined {
    const places = workspace.db.all<{ id: ConversationId; rev: number }>(
      "SELECT id, rev FROM conversation WHERE status <> 'merged' ORDER BY num",
    );
    return places[which % Math.max(1, places.length)];
  }

  #followUp({ workspace }: Device, which: number, purpose: string): FollowUpId {
    const rows = workspace.db.all<{ id: FollowUpId }>(
      'SELECT id FROM follow_up WHERE purpose LIKE ? ORDER BY id',
      [purpose],
    );
    return rows[which % Math.max(1, rows.length)]?.id ?? ('none' as FollowUpId);
  }

  #outbox({ workspace }: Device, which: number): OutboxId {
    const rows = workspace.db.all<{ id: OutboxId }>('SELECT id FROM outbox ORDER BY id');
    return rows[which % Math.max(1, rows.length)]?.id ?? ('none' as OutboxId);
  }

  #customer(
    { workspace }: Device,
    which: number,
  ): { readonly id: CustomerId; readonly rev: number } | undefined {
    const rows = workspace.db.all<{ id: CustomerId; rev: number }>(
      'SELECT id, rev FROM customer WHERE merged_into IS NULL ORDER BY id',
    );
    return rows[which % Math.max(1, rows.length)];
  }

  #remember(device: Device, undo: string, of: Map<Device, string[]> = this.#undos): void {
    of.set(device, [...(of.get(device) ?? []), undo]);
  }

  #act(device: Device, one: Extract<TeamStep, { do: 'act' }>): void {
    const { run, workspace } = device;
    const place = this.#place(device, one.which);
    const { now } = workspace.clock;
    const later = now + one.n * 5 * hour;
    const ids = place === undefined ? [] : [place.id];
    const to = members[one.other % 3]?.id ?? ('member-ana' as MemberId);
    const keep = (output: { readonly undo: string }): void => {
      this.#remember(device, output.undo);
    };
    switch (one.act) {
      case 'claim':
        keep(run('conversation.claim', { ids }).output);
        return;
      case 'assign':
        keep(run('conversation.assign', { ids, to, note: '' }).output);
        return;
      case 'release':
        keep(run('conversation.assign', { ids, to: null, note: '' }).output);
        return;
      case 'transfer':
        keep(
          run('conversation.transfer', {
            ...{ ids, to, reason: 'why', checkAt: later, returnAt: one.n > 4 ? later - hour : null },
          }).output,
        );
        return;
      case 'resolve':
        keep(run('conversation.resolve', { ids }).output);
        return;
      case 'reopen':
        keep(run('conversation.reopen', { ids }).output);
        return;
      case 'snooze':
        keep(run('conversation.snooze', { ids, until: later }).output);
        return;
      case 'wake':
        keep(run('conversation.wake', { ids }).output);
        return;
      case 'tag':
        keep(run('conversation.tag', { ids, add: [`t${String(one.n)}`, 'x'], remove: [] }).output);
        return;
      case 'untag':
        keep(run('conversation.tag', { ids, add: [], remove: ['x'] }).output);
        return;
      case 'note': {
        if (place === undefined) return;
        this.#count += 1;
        const text = `note ${String(this.#count)}`;
        if (run('note.add', { conversation: place.id, text, mentions: [to] }).output.ok)
          this.notes.push({ text, device });
        return;
      }
      case 'show':
        if (place !== undefined)
          run('review.ask', { conversation: place.id, of: [to], note: 'look', answer: shownAnswer });
        return;
      case 'look':
      case 'hide': {
        const [open] = place === undefined ? [] : openReviews(workspace.db, place.id);
        if (place === undefined || open === undefined) return;
        const it = { conversation: place.id, review: open };
        if (one.act === 'look')
          run('review.give', { ...it, verdict: 'changes', note: 'shorter', html: '<p>Less.</p>' });
        else run('review.end', { ...it, reason: 'withdrawn' });
        return;
      }
      case 'promise':
        if (place === undefined) return;
        run('follow-up.promise', {
          conversation: place.id,
          followUp: {
            dueAt: later,
            ifNoReply: one.n % 2 === 0,
            every: one.n === 3 ? 24 * hour : null,
            why: 'call',
          },
        });
        return;
      case 'keep':
        run('follow-up.keep', { id: this.#followUp(device, one.other, '%') });
        return;
      case 'cancel':
        run('follow-up.cancel', { id: this.#followUp(device, one.other, '%') });
        return;
      case 'confirm':
        run('check.confirm', {
          ...{ id: this.#followUp(device, one.other, 'check'), how: 'customer-confirmed', message: null },
        });
        return;
      case 'waive':
        run('check.waive', { id: this.#followUp(device, one.other, 'check'), reason: 'why' });
        return;
      case 'merge': {
        const all = [...new Set([...ids, this.#place(device, one.other)?.id ?? ids[0]])].filter(
          (id) => id !== undefined,
        );
        if (all.length < 2) return;
        const merged = run('conversation.merge', { ids: all }).output;
        if (merged.ok) keep(merged.value);
        return;
      }
      case 'split': {
        if (place === undefined) return;
        const messages = workspace.db
          .all<{ id: MessageId }>(
            `SELECT m.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE c.id = ? ORDER BY m.at, m.seq`,
            [place.id],
          )
          .map(({ id }) => id)
          .filter((_, index) => ((one.n >> (index % 3)) & 1) === 1);
        const split = run('conversation.split', { id: place.id, messages }).output;
        if (split.ok) keep(split.value);
        return;
      }
      case 'undo': {
        const undos = this.#undos.get(device) ?? [];
        const undo = undos.at(-1 - (one.other % Math.max(1, undos.length)));
        if (undo !== undefined) run('conversation.undo', { undo });
        return;
      }
      case 'reply':
        if (place !== undefined) this.#reply(device, place, one.n);
        return;
      case 'withdraw':
        run('outbox.undo', { id: this.#outbox(device, one.other) });
        return;
      case 'sent': {
        const id = this.#outbox(device, one.other);
        if (run('outbox.begin', { id }).output === null) return;
        run('outbox.step', {
          id,
          step:
            one.n > 5
              ? {
                  ...{ kind: 'failed', pending: [], served: false },
                  failure: { kind: 'rejected', said: null, recipient: null },
                }
              : { kind: 'sent', externalId: null },
        });
        return;
      }
      case 'time':
        this.#pass(device, one.n * 4);
        return;
      default:
        this.#customers(device, one);
    }
  }

  #reply(device: Device, place: { readonly id: ConversationId; readonly rev: number }, n: number): void {
    const { run, workspace, account } = device;
    this.#count += 1;
    const name = `${String(this.#count).padStart(4, '0')}-${device.name}`;
    const there = workspace.db.get<{ id: string }>(
      'SELECT d.id FROM draft d JOIN conversation c ON c.num = d.conversation_num WHERE c.id = ?',
      [place.id],
    );
    const draft = startDraft(run, account, place.id, {
      id: there?.id ?? `draft-${name}`,
      html: `<p>${name}</p>`,
    });
    queueDraft(run, account, draft, {
      outbox: `outbox-${name}` as OutboxId,
      at: workspace.clock.now,
      seenRev: n % 3 === 0 ? null : place.rev,
      resolve: n === 5,
      followUp:
        n % 2 === 0
          ? { dueAt: workspace.clock.now + hour, ifNoReply: true, every: null, why: 'with the answer' }
          : null,
    });
  }

  #pass({ run, workspace }: Device, hours: number): void {
    workspace.clock.now += hours * hour;
    const { now } = workspace.clock;
    run('conversation.wakeDue', { now, limit: 100 });
    const due = workspace.db
      .all<{ id: FollowUpId }>('SELECT id FROM follow_up WHERE due_at <= ? ORDER BY due_at, id', [now])
      .map(({ id }) => ({ id, late: hours > 12, unchecked: false }));
    run('follow-up.fallDue', { now, due });
  }

  #customers(device: Device, one: Extract<TeamStep, { do: 'act' }>): void {
    const { run, workspace } = device;
    const customer = this.#customer(device, one.which);
    const other = this.#customer(device, one.other);
    if (customer === undefined || other === undefined) return;
    const keep = (undo: string): void => {
      this.#remember(device, undo, this.#customerUndos);
    };
    switch (one.act) {
      case 'rename': {
        const name = `Name ${String(one.n)}`;
        const done = run('customer.update', {
          id: customer.id,
          seenRev: customer.rev,
          name,
        }).output;
        if (done.ok && done.value.undo !== null) keep(done.value.undo);
        return;
      }
      case 'join-customers': {
        const done = run('customer.merge', {
          into: customer,
          from: other,
          choice: { name: 'into', company: 'into', note: 'both' },
        }).output;
        if (done.ok) keep(done.value.undo);
        return;
      }
      case 'move': {
        const identity = workspace.db.get<{ channel: string; address: string }>(
          'SELECT channel, address FROM identity WHERE customer_id = ? ORDER BY num DESC LIMIT 1',
          [customer.id],
        );
        if (identity === undefined) return;
        const done = run('customer.moveIdentity', {
          ...{ ...identity, from: customer.id, to: one.n > 4 ? null : other.id },
        }).output;
        if (done.ok) keep(done.value.undo);
        return;
      }
      case 'undo-customer': {
        const undos = this.#customerUndos.get(device) ?? [];
        const undo = undos.at(-1 - (one.other % Math.max(1, undos.length)));
        if (undo !== undefined) run('customer.undo', { undo });
        return;
      }
      default:
    }
  }
}

/** Plays a history on three devices, lets them exchange everything, and looks at what came of it. */
export const playTeam = (steps: readonly TeamStep[], look: (played: PlayedTeam) => void): void => {
  const player = new Player();
  try {
    for (const step of steps) player.play(step);
    player.settle();
    look(player);
  } finally {
    for (const device of player.devices) device.close();
  }
};
