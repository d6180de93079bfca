import { describe, expect, it } from 'vitest';
import type { Circumstances, Command, Incoming } from '#shared/domain/conversation/commands.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import { ordinary } from '#shared/domain/conversation/evolve.ts';
import type { FollowUp, Purpose } from '#shared/domain/conversation/follow-up.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { Presence, Role } from '#shared/domain/member.ts';
import type { FollowUpId, MemberId, MessageId, NoteId, OutboxId } from '#shared/kit/brand.ts';

const hour = 3_600_000;
const now = 1_000 * hour;
const dana = 'dana' as MemberId;
const omar = 'omar' as MemberId;
const lena = 'lena' as MemberId;
const message = 'message' as MessageId;

/** Who asks, and how the team is. Dana asks unless a test says otherwise; Lena is the lead. */
type Scene = {
  readonly me?: MemberId;
  readonly presence?: Readonly<Record<string, Presence>>;
};

const roleOf = (member: MemberId): Role => (member === lena ? 'lead' : 'agent');

const circumstances = ({ me = dana, presence = {} }: Scene): Circumstances => ({
  me,
  role: roleOf(me),
  presenceOf: (member) => presence[member] ?? { kind: 'here' },
  doneByImport: false,
});

const followUp = (purpose: Purpose, facts: Partial<FollowUp> = {}): FollowUp => ({
  id: `${purpose}-1` as FollowUpId,
  owner: dana,
  dueAt: now,
  purpose,
  ifNoReply: false,
  every: null,
  why: '',
  fellAt: null,
  ...facts,
});
const check = followUp('check');
const timer = followUp('return');

const open: ConversationState = { ...unopened, rev: 3, spokenRev: 2 };
const danas: ConversationState = { ...open, owner: dana };
const omars: ConversationState = { ...open, owner: omar };
const handedOver: ConversationState = { ...omars, followUps: [check, timer] };
const resolved: ConversationState = { ...omars, status: 'resolved', followUps: [check] };
const done: ConversationState = { ...omars, status: 'done' };

/** What a decision came to: its events, or the refusal as it is. */
const decided = (state: ConversationState, command: Command, scene: Scene = {}) => {
  const result = decide(state, command, circumstances(scene));
  return result.ok ? result.value : result.failure;
};

/** The state after a command that must be accepted. */
const after = (
  state: ConversationState,
  command: Command,
  scene: Scene = {},
  at = now,
): ConversationState => {
  const result = decide(state, command, circumstances(scene));
  if (!result.ok) throw new Error(`refused: ${result.failure.kind}`);
  return result.value.reduce((so, event) => ordinary(so, { event, at }), state);
};

const claim: Command = { kind: 'claim' };
const resolve: Command = { kind: 'resolve' };
const assign = (to: MemberId | null, note = ''): Command => ({ kind: 'assign', to, note });
const transfer = (facts: Partial<Extract<Command, { kind: 'transfer' }>> = {}): Command => ({
  kind: 'transfer',
  to: omar,
  reason: 'knows the product',
  check: { id: 'check-2' as FollowUpId, dueAt: now + 72 * hour },
  returns: null,
  ...facts,
});
const mail = (facts: Partial<Incoming> = {}): Command => ({
  kind: 'take-in',
  message: { id: message, direction: 'in', automatic: false, historic: false, imported: false, ...facts },
});
const reply = (facts: Partial<Extract<Command, { kind: 'queue-reply' }>> = {}): Command => ({
  kind: 'queue-reply',
  outbox: 'outbox' as OutboxId,
  message,
  seenRev: 3,
  resolve: false,
  ...facts,
});
const confirm = (facts: Partial<Extract<Command, { kind: 'confirm-check' }>> = {}): Command => ({
  kind: 'confirm-check',
  id: check.id,
  how: 'customer-confirmed',
  message: null,
  ...facts,
});
const waive = (reason: string): Command => ({ kind: 'waive-check', id: check.id, reason });
const fallDue = (id: FollowUpId, at = now): Command => ({ kind: 'fall-due', id, now: at, late: false });

const kindsOf = (result: ReturnType<typeof decided>): unknown =>
  'kind' in result ? result.kind : result.map((event) => event.kind);

describe('owning', () => {
  it('takes what nobody owns', () => {
    expect(after(open, claim).owner).toBe(dana);
  });

  it('refuses to claim what somebody else owns, and names them', () => {
    expect(decided(omars, claim)).toEqual({ kind: 'owned', owner: omar });
    expect(decided(omars, claim, { me: lena })).toEqual({ kind: 'owned', owner: omar });
  });

  it('lets a colleague claim what belongs to somebody who left the team', () => {
    expect(after(omars, claim, { presence: { omar: { kind: 'gone' } } }).owner).toBe(dana);
  });

  it('does nothing when one claims one’s own again', () => {
    expect(decided(danas, claim)).toEqual([]);
  });

  it('lets a lead assign over an owner, and records from whom to whom and why', () => {
    expect(decided(omars, assign(dana, ' on holiday '), { me: lena })).toEqual([
      { kind: 'conversation.assigned', from: omar, to: dana, note: 'on holiday' },
    ]);
  });

  it('refuses an agent who assigns what is somebody else’s, and names them', () => {
    expect(decided(omars, assign(dana))).toEqual({ kind: 'owned', owner: omar });
  });

  it('leaves giving out what nobody owns to leads', () => {
    expect(decided(open, assign(omar))).toEqual({ kind: 'leads-only' });
    expect(after(open, assign(omar), { me: lena }).owner).toBe(omar);
  });

  it('lets everybody let go of their own, and says who had it', () => {
    expect(after(danas, assign(null))).toMatchObject({ owner: null, hadBy: dana });
  });

  it('gives nothing to somebody who has left the team', () => {
    const presence = { omar: { kind: 'gone' } } as const;
    expect(decided(open, assign(omar), { me: lena, presence })).toEqual({ kind: 'member-gone' });
    expect(decided(danas, transfer(), { presence })).toEqual({ kind: 'member-gone' });
  });

  it('claims by replying to what nobody owns, and takes nothing from an owner by it', () => {
    expect(after(open, reply()).owner).toBe(dana);
    expect(after(omars, reply()).owner).toBe(omar);
  });

  it('lets everybody help with an answer, and leaves it to the owner or a lead to call it solved with that', () => {
    expect(decided(omars, reply({ resolve: true }))).toEqual({ kind: 'not-owner', owner: omar });
    expect(after(danas, reply({ resolve: true })).status).toBe('done');
    expect(after(omars, reply({ resolve: true }), { me: lena }).status).toBe('done');
  });

  it('never has more than one owner: each way to get it replaces the one before', () => {
    const ways: readonly (readonly [Command, Scene])[] = [
      [assign(dana), { me: lena }],
      [transfer({ to: lena }), { me: omar }],
      [{ kind: 'cover' }, { presence: { omar: { kind: 'away', until: now, substitute: lena } } }],
    ];
    expect(ways.map(([command, scene]) => after(omars, command, scene).owner)).toEqual([dana, lena, lena]);
  });
});

describe('a reply', () => {
  it('based on an old state stops', () => {
    expect(decided({ ...open, rev: 9, spokenRev: 8 }, reply({ seenRev: 7 }))).toEqual({
      kind: 'stale',
      rev: 9,
    });
  });

  it('is not stopped by what nobody said: claims, tags, machines', () => {
    expect(kindsOf(decided({ ...danas, rev: 9, spokenRev: 7 }, reply({ seenRev: 7 })))).toEqual([
      'reply.queued',
    ]);
  });

  it('may resolve and promise in one go', () => {
    const promised = {
      id: 'f' as FollowUpId,
      dueAt: now + hour,
      ifNoReply: true,
      every: null,
      why: ' call ',
    };
    expect(after(danas, reply({ resolve: true, followUp: promised }))).toMatchObject({
      status: 'done',
      followUps: [{ id: 'f', owner: dana, purpose: 'promise', why: 'call', ifNoReply: true }],
    });
  });

  it('wakes what was snoozed', () => {
    expect(after({ ...danas, snoozedUntil: now }, reply()).snoozedUntil).toBeNull();
  });
});

describe('a transfer', () => {
  it('needs a reason', () => {
    expect(decided(danas, transfer({ reason: '  ' }))).toEqual({ kind: 'reason-missing' });
  });

  it('needs a receiver other than the owner', () => {
    expect(decided(omars, transfer(), { me: lena })).toEqual({ kind: 'already-owner', owner: omar });
    expect(decided(open, transfer({ to: dana }))).toEqual({ kind: 'already-owner', owner: dana });
  });

  it('is up to the owner or a lead, and the refusal names the owner', () => {
    expect(decided(omars, transfer({ to: lena }))).toEqual({ kind: 'not-owner', owner: omar });
    expect(after(omars, transfer({ to: dana }), { me: lena }).owner).toBe(dana);
  });

  it('leaves the giver with a check that says why and when', () => {
    expect(after(danas, transfer())).toMatchObject({
      owner: omar,
      followUps: [{ owner: dana, purpose: 'check', dueAt: now + 72 * hour, why: 'knows the product' }],
    });
  });

  it('leaves the check with the owner when a lead hands it over, and with the lead when that owner has left', () => {
    const given = (presence: Scene['presence'] = {}) =>
      after(omars, transfer({ to: dana }), { me: lena, presence }).followUps[0]?.owner;
    expect([given(), given({ omar: { kind: 'gone' } })]).toEqual([omar, lena]);
  });

  it('of what is done is refused: there is nothing to hand over', () => {
    expect(decided({ ...danas, status: 'done' }, transfer())).toEqual({ kind: 'not-open' });
  });

  it('ends an earlier return timer and may set its own', () => {
    const again = after(
      { ...danas, followUps: [followUp('return', { owner: lena })] },
      transfer({ returns: { id: 'back' as FollowUpId, dueAt: now + hour } }),
    );
    expect(again.followUps.map(({ id, owner }) => [id, owner])).toEqual([
      ['check-2', dana],
      ['back', dana],
    ]);
  });
});

describe('a check', () => {
  it('keeps a resolved conversation from closing', () => {
    expect(after({ ...omars, followUps: [check] }, resolve, { me: omar }).status).toBe('resolved');
  });

  it('closes it when the giver has confirmed with the customer', () => {
    expect(after(resolved, confirm())).toMatchObject({ status: 'done', followUps: [] });
  });

  it('is not for others to confirm, and the refusal names the giver', () => {
    expect(decided(resolved, confirm(), { me: omar })).toEqual({
      kind: 'not-yours',
      owner: dana,
      purpose: 'check',
    });
  });

  it('ends by the customer’s own words, whoever marks them, and not without them', () => {
    const words = confirm({ how: 'customer-words', message });
    expect(after(resolved, words, { me: omar }).status).toBe('done');
    expect(decided(resolved, confirm({ how: 'customer-words' }), { me: omar })).toEqual({
      kind: 'nothing-to-say',
    });
  });

  it('is waived by leads only, and only with a reason', () => {
    expect(decided(resolved, waive('moved away'), { me: omar })).toEqual({ kind: 'leads-only' });
    expect(decided(resolved, waive('  '), { me: lena })).toEqual({ kind: 'reason-missing' });
    expect(after(resolved, waive('moved away'), { me: lena }).status).toBe('done');
  });

  it('that ends while another is open closes nothing', () => {
    const two = { ...resolved, followUps: [check, followUp('check', { id: 'other' as FollowUpId })] };
    expect(after(two, confirm()).status).toBe('resolved');
  });

  it('that ends before it is resolved leaves it open, and resolving closes it then', () => {
    const ended = after({ ...omars, followUps: [check] }, confirm());
    expect(ended.status).toBe('open');
    expect(after(ended, resolve, { me: omar }).status).toBe('done');
  });

  it('is kept like a promise by its owner, and never just dropped', () => {
    expect(after(resolved, { kind: 'keep-follow-up', id: check.id }).status).toBe('done');
    expect(decided(resolved, { kind: 'cancel-follow-up', id: check.id })).toEqual({ kind: 'reason-missing' });
    expect(decided(resolved, { kind: 'cancel-follow-up', id: check.id }, { me: lena })).toEqual({
      kind: 'reason-missing',
    });
  });

  it('stays open when the customer comes back, is snoozed or assigned anew', () => {
    const ways: readonly Command[] = [mail(), assign(dana)];
    for (const way of ways) expect(after(resolved, way, { me: lena }).followUps).toEqual([check]);
  });
});

describe('resolving', () => {
  it('is up to the owner or a lead, and the refusal names the owner', () => {
    expect(decided(omars, resolve)).toEqual({ kind: 'not-owner', owner: omar });
    expect(after(omars, resolve, { me: lena }).status).toBe('done');
  });

  it('is open to everybody where nobody owns it', () => {
    expect(after(open, resolve).status).toBe('done');
  });

  it('wakes what was snoozed', () => {
    expect(after({ ...danas, snoozedUntil: now }, resolve)).toMatchObject({
      status: 'done',
      snoozedUntil: null,
    });
  });
});

describe('a new message of the customer on a done conversation', () => {
  it('reopens it to its owner if they are there', () => {
    expect(after(done, mail())).toMatchObject({ status: 'open', owner: omar });
  });

  it('reopens it to the substitute while the owner is away, for the owner', () => {
    const presence = { omar: { kind: 'away', until: now + hour, substitute: dana } } as const;
    expect(after(done, mail(), { presence })).toMatchObject({
      status: 'open',
      owner: dana,
      coveredFor: omar,
    });
  });

  it('reopens it to the substitute’s substitute where that one is away too, and asks nobody twice', () => {
    const chain = {
      omar: { kind: 'away', until: now, substitute: dana },
      dana: { kind: 'away', until: now, substitute: lena },
    } as const;
    expect(after(done, mail(), { presence: chain }).owner).toBe(lena);
    const circle = { ...chain, dana: { kind: 'away', until: now, substitute: omar } } as const;
    expect(after(done, mail(), { presence: circle })).toMatchObject({ owner: null, hadBy: omar });
  });

  it('leaves it unowned and says who had it where nobody answers for the owner', () => {
    for (const absent of [{ kind: 'away', until: now, substitute: null }, { kind: 'gone' }] as const) {
      const reopened = after(done, mail(), { presence: { omar: absent } });
      expect(reopened).toMatchObject({ status: 'open', owner: null, hadBy: omar });
    }
  });

  it('reopens what is resolved and waits for its check just the same', () => {
    expect(after(resolved, mail()).status).toBe('open');
  });
});

describe('an open conversation whose owner is absent', () => {
  it('stays with one who comes back and has no substitute', () => {
    const presence = { omar: { kind: 'away', until: now, substitute: null } } as const;
    expect(after(omars, mail(), { presence }).owner).toBe(omar);
  });

  it('is brought to everybody’s eyes when they have left', () => {
    expect(after(omars, mail(), { presence: { omar: { kind: 'gone' } } })).toMatchObject({
      owner: null,
      hadBy: omar,
    });
  });

  it('goes to the substitute and comes back to whom it was covered for', () => {
    const away = { omar: { kind: 'away', until: now, substitute: dana } } as const;
    const covered = after(omars, mail(), { presence: away });
    expect(covered).toMatchObject({ owner: dana, coveredFor: omar });
    expect(decided(covered, { kind: 'give-back' }, { presence: away })).toEqual([]);
    expect(after(covered, { kind: 'give-back' })).toMatchObject({ owner: omar, coveredFor: null });
  });

  it('does not come back once it was handed on', () => {
    const covered: ConversationState = { ...danas, coveredFor: omar };
    const given = after(covered, transfer({ to: lena }));
    expect(decided(given, { kind: 'give-back' })).toEqual([]);
  });
});

describe('follow-ups', () => {
  const ifNoReply = followUp('promise', { ifNoReply: true });
  const repeating = followUp('promise', { id: 'again' as FollowUpId, every: hour });
  const plain = followUp('promise', { id: 'plain' as FollowUpId });
  const promising: ConversationState = { ...danas, followUps: [ifNoReply, repeating, plain, check] };

  it('that wait for an answer vanish when the customer answers; promises and checks stay', () => {
    expect(after(promising, mail()).followUps).toEqual([plain, check]);
  });

  it.each<[string, Partial<Incoming>]>([
    ['an automatic mail', { automatic: true }],
    ['what the first import finds', { imported: true }],
    ['a mail of long ago', { historic: true }],
    ['an answer of our own', { direction: 'out' }],
  ])('do not vanish by %s', (_what, facts) => {
    expect(after(promising, mail(facts)).followUps).toEqual(promising.followUps);
  });

  it('come up once when their time has come, and those that repeat at the next time that is not past', () => {
    expect(decided(promising, fallDue(plain.id, now - 1))).toEqual([]);
    const fell = after(promising, fallDue(plain.id));
    expect(decided(fell, fallDue(plain.id))).toEqual([]);
    const later = after(promising, fallDue(repeating.id, now + 3.5 * hour));
    expect(later.followUps[1]).toMatchObject({ dueAt: now + 4 * hour, fellAt: now });
  });

  it('that are moved come up again', () => {
    const fell = after(promising, fallDue(plain.id));
    const moved = after(fell, { kind: 'move-follow-up', id: plain.id, dueAt: now + hour });
    expect(kindsOf(decided(moved, fallDue(plain.id, now + hour)))).toEqual(['follow-up.fell-due']);
  });

  it('wake what is snoozed', () => {
    expect(after({ ...promising, snoozedUntil: now + 9 * hour }, fallDue(plain.id)).snoozedUntil).toBeNull();
  });

  it('are kept, moved and dropped by whoever promised, or by a lead', () => {
    const commands: readonly Command[] = [
      { kind: 'keep-follow-up', id: plain.id },
      { kind: 'cancel-follow-up', id: plain.id },
      { kind: 'move-follow-up', id: plain.id, dueAt: now },
    ];
    for (const command of commands) {
      expect(kindsOf(decided(promising, command, { me: omar }))).toBe('not-yours');
      expect(decided(promising, command)).toHaveLength(1);
      expect(decided(promising, command, { me: lena })).toHaveLength(1);
    }
  });

  it('that are gone are said to be gone', () => {
    expect(decided(open, { kind: 'keep-follow-up', id: plain.id })).toEqual({ kind: 'follow-up-gone' });
    expect(decided(open, confirm())).toEqual({ kind: 'follow-up-gone' });
    expect(decided(promising, { ...waive('x'), id: plain.id } as Command, { me: lena })).toEqual({
      kind: 'follow-up-gone',
    });
  });
});

describe('a return timer', () => {
  it('brings the conversation back to the giver when nobody took it up', () => {
    expect(after(handedOver, fallDue(timer.id))).toMatchObject({ owner: dana, followUps: [check] });
  });

  it.each<[string, Command]>([
    ['claims it', claim],
    ['replies', reply()],
    ['resolves it', resolve],
  ])('ends when the new owner %s', (_what, command) => {
    expect(after(handedOver, command, { me: omar }).followUps).toEqual([check]);
  });

  it('goes on while others reply', () => {
    expect(after(handedOver, reply(), { me: lena }).followUps).toEqual([check, timer]);
  });

  it('brings nothing back that was resolved meanwhile, and nothing to somebody who has left', () => {
    expect(after({ ...handedOver, status: 'resolved' }, fallDue(timer.id)).owner).toBe(omar);
    expect(after(handedOver, fallDue(timer.id), { presence: { dana: { kind: 'gone' } } }).owner).toBe(omar);
  });

  it('ends when a lead gives it to somebody else', () => {
    expect(after(handedOver, assign(lena), { me: lena }).followUps).toEqual([check]);
  });
});

describe('a snoozed conversation', () => {
  const asleep: ConversationState = { ...danas, snoozedUntil: now + hour };

  it('wakes when the customer answers, and by nothing that a machine sends', () => {
    expect(after(asleep, mail()).snoozedUntil).toBeNull();
    for (const facts of [{ automatic: true }, { imported: true }, { historic: true }]) {
      expect(after(asleep, mail(facts)).snoozedUntil).toBe(now + hour);
    }
  });

  it('wakes at its time, or when somebody wakes it', () => {
    expect(after(asleep, { kind: 'wake', because: 'time' }).snoozedUntil).toBeNull();
    expect(decided(danas, { kind: 'wake', because: 'time' })).toEqual([]);
  });

  it('is one that is open: what is done does not sleep', () => {
    expect(decided(done, { kind: 'snooze', until: now })).toEqual({ kind: 'not-open' });
  });
});

describe('automatic messages', () => {
  it('start no wait, extend none, end none and reopen nothing', () => {
    const waits = ordinary(open, { event: { kind: 'message.received', message, automatic: false }, at: now });
    for (const state of [open, waits, done, resolved]) {
      for (const direction of ['in', 'out'] as const) {
        const { rev, ...same } = after(state, mail({ automatic: true, direction }), {}, now + hour);
        expect(same).toEqual({ ...state, rev: undefined });
        expect(rev).toBe(state.rev + 1);
      }
    }
  });
});

describe('tags and notes', () => {
  const tag = (add: readonly string[], remove: readonly string[] = []): Command => ({
    kind: 'tag',
    add,
    remove,
  });

  it('keeps tags sorted, each once, whatever their case and space', () => {
    const tagged = after(open, tag(['Refund', ' vip  gold ', 'refund']));
    expect(tagged.tags).toEqual(['refund', 'vip gold']);
    expect(decided(tagged, tag(['REFUND'], ['unknown']))).toEqual([]);
    expect(after(tagged, tag([], ['Refund'])).tags).toEqual(['vip gold']);
  });

  it('keeps a note, mentions each member once, and refuses an empty one', () => {
    const note = (text: string): Command => ({
      kind: 'note',
      note: 'note' as NoteId,
      text,
      mentions: [omar, omar],
    });
    expect(decided(open, note('look'))).toMatchObject([{ kind: 'note.added', mentions: [omar] }]);
    expect(decided(open, note(' '))).toEqual({ kind: 'nothing-to-say' });
  });

  it('says nothing to the customer: neither turn nor owner moves', () => {
    const noted = after(open, { kind: 'note', note: 'note' as NoteId, text: 'look', mentions: [] });
    expect({ ...noted, rev: open.rev }).toEqual(open);
  });
});

describe('a lead who gives somebody the promises of another', () => {
  const give = (id: string, to: MemberId): Command => ({
    kind: 'give-follow-up',
    id: id as FollowUpId,
    to,
    note: ' is ill ',
  });
  const promised: ConversationState = { ...omars, followUps: [followUp('promise'), check, timer] };
  const byLead = { me: lena };

  it('has them kept by the other from now on, and says who gave what to whom', () => {
    expect(decided(promised, give('promise-1', lena), byLead)).toEqual([
      { kind: 'follow-up.given', id: 'promise-1', purpose: 'promise', from: dana, to: lena, note: 'is ill' },
    ]);
    const state = after(promised, give('check-1', lena), byLead);
    expect(state.followUps.map(({ owner }) => owner)).toEqual([dana, lena, dana]);
    expect(state.followUps.map(({ dueAt }) => dueAt)).toEqual([now, now, now]);
  });

  it('has nobody check on themselves, and ends a timer that would bring it back to where it is', () => {
    expect(decided(promised, give('check-1', omar), byLead)).toEqual({ kind: 'already-owner', owner: omar });
    expect(decided(promised, give('return-1', omar), byLead)).toEqual([
      { kind: 'follow-up.cancelled', id: 'return-1', because: 'agent' },
    ]);
  });

  it('is a lead, gives to somebody who is in the team, and only what is open', () => {
    expect(decided(promised, give('promise-1', lena))).toEqual({ kind: 'leads-only' });
    expect(decided(promised, give('promise-2', lena), byLead)).toEqual({ kind: 'follow-up-gone' });
    expect(decided(promised, give('promise-1', dana), byLead)).toEqual([]);
    const presence = { [lena]: { kind: 'gone' } } as const;
    expect(decided(promised, give('promise-1', lena), { ...byLead, presence })).toEqual({
      kind: 'member-gone',
    });
  });
});
