import { describe, expect, it } from 'vitest';
import {
  decideDismissal,
  decideEdit,
  decideMerge,
  decideMove,
  decideUndoEdit,
  decideUndoMerge,
  decideUndoMove,
} from '#shared/domain/customer/decide.ts';
import type { MergeEvent, Party, Told } from '#shared/domain/customer/decide.ts';
import { evolveCustomer } from '#shared/domain/customer/evolve.ts';
import type { CustomerEvent, IdentityKey } from '#shared/domain/customer/events.ts';
import { mergedWords, proposedChoice } from '#shared/domain/customer/merge-words.ts';
import { unmet } from '#shared/domain/customer/state.ts';
import type { CustomerState } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { Result } from '#shared/kit/result.ts';

const mail = (name: string): IdentityKey => ({ channel: 'email', address: `${name}@firm.example` });

const met = (id: string, ...addresses: readonly string[]): Party => ({
  id: id as CustomerId,
  state: addresses.reduce<CustomerState>(
    (state, name) => evolveCustomer(state, { kind: 'identity.added', identity: mail(name) }),
    unmet,
  ),
});

const after = (party: Party, told: readonly Told[]): Party => ({
  id: party.id,
  state: told
    .filter(({ customer }) => customer === party.id)
    .flatMap(({ events }) => events)
    .reduce(evolveCustomer, party.state),
});

const accepted = <Value>(result: Result<Value, { readonly kind: string }>): Value => {
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
};

const refusal = (result: Result<unknown, { readonly kind: string }>): string =>
  result.ok ? 'done' : result.failure.kind;

const noWords = { name: null, company: '', note: '' };
const ana = met('ana', 'ana');
const anaAtWork = met('ana-at-work', 'a.pereira');

describe('an edit of a customer', () => {
  it('writes only what differs, and nothing where it says so already', () => {
    const told = accepted(
      decideEdit(ana, { name: ' Ana Pereira ', company: '', note: 'Likes tea' }, new Set()),
    );
    expect(told.events).toEqual([
      { kind: 'customer.renamed', name: 'Ana Pereira', before: null },
      { kind: 'note.changed', note: 'Likes tea', before: '' },
    ]);
    expect(accepted(decideEdit(after(ana, [told]), { name: 'Ana Pereira' }, new Set())).events).toEqual([]);
  });

  it('is refused where somebody wrote into the same field since, and says what stands there', () => {
    const theirs = after(ana, [accepted(decideEdit(ana, { note: 'Theirs' }, new Set()))]);
    expect(decideEdit(theirs, { note: 'Mine' }, new Set(['note']))).toEqual({
      ok: false,
      failure: { kind: 'customer-changed', field: 'note', theirs: 'Theirs', rev: 2 },
    });
    expect(refusal(decideEdit(theirs, { company: 'Firm' }, new Set(['note'])))).toBe('done');
    expect(refusal(decideEdit(theirs, { note: 'Theirs' }, new Set(['note'])))).toBe('done');
  });

  it('with an empty name leaves them their own name again', () => {
    const named = after(ana, [accepted(decideEdit(ana, { name: 'Boss' }, new Set()))]);
    expect(after(named, [accepted(decideEdit(named, { name: '' }, new Set()))]).state.words.name).toBeNull();
  });

  it('is taken back as a whole, to what stood there before its first word', () => {
    const first = accepted(decideEdit(ana, { note: 'Lik' }, new Set()));
    const typing = after(ana, [first]);
    const second = accepted(decideEdit(typing, { note: 'Likes tea' }, new Set()));
    const written = after(typing, [second]);
    const undone = accepted(decideUndoEdit(written, [...first.events, ...second.events]));
    expect(after(written, [undone]).state.words).toEqual(noWords);
  });

  it('is not taken back over what somebody wrote after it', () => {
    const mine = accepted(decideEdit(ana, { note: 'Mine' }, new Set()));
    const later = after(after(ana, [mine]), [
      { customer: ana.id, events: [{ kind: 'note.changed', note: 'Theirs', before: 'Mine' }] },
    ]);
    expect(refusal(decideUndoEdit(later, mine.events))).toBe('customer-changed');
  });
});

describe('a merge of customers', () => {
  const words = { name: 'Ana Pereira', company: 'Firm', note: '' };
  const told = accepted(decideMerge(ana, anaAtWork, words));
  const kept = after(ana, told);
  const gone = after(anaAtWork, told);
  const merge = told[0]?.events[0] as MergeEvent;
  const undo = (holder: Party, other: Party): ReturnType<typeof decideUndoMerge> =>
    decideUndoMerge({ merge, survivor: ana.id, holder, other });

  it('brings all addresses together under the words that were chosen', () => {
    expect(kept.state.identities).toEqual([mail('ana'), mail('a.pereira')]);
    expect(kept.state.words).toEqual(words);
    expect(gone.state).toMatchObject({ mergedInto: ana.id, identities: [] });
  });

  it('is refused with themselves, and with who is part of somebody already', () => {
    expect(refusal(decideMerge(ana, ana, words))).toBe('same-customer');
    expect(refusal(decideMerge(met('rui', 'rui'), gone, words))).toBe('customer-gone');
    expect(refusal(decideMerge(met('nobody'), ana, words))).toBe('customer-gone');
  });

  it('is taken back exactly, for as many years as anybody likes', () => {
    const back = accepted(undo(kept, gone));
    expect(after(kept, back).state).toMatchObject({ words: noWords, identities: [mail('ana')] });
    expect(after(gone, back).state).toMatchObject({ mergedInto: null, identities: [mail('a.pereira')] });
    expect(refusal(undo(after(kept, back), after(gone, back)))).toBe('nothing-to-undo');
  });

  it('taken back leaves words that were written since', () => {
    const noted = after(kept, [accepted(decideEdit(kept, { note: 'New' }, new Set()))]);
    expect(after(noted, accepted(undo(noted, gone))).state.words).toEqual({
      name: null,
      company: '',
      note: 'New',
    });
  });

  it('taken back leaves an address where it was moved since, and new ones where they were met', () => {
    const rui = met('rui', 'rui');
    const two = after(kept, [
      { customer: ana.id, events: [{ kind: 'identity.moved-in', identity: mail('later'), from: rui.id }] },
    ]);
    const back = accepted(undo(two, gone));
    expect(after(two, back).state.identities).toEqual([mail('ana'), mail('later')]);
    const without = after(kept, accepted(decideMove(kept, rui, mail('a.pereira'))));
    expect(refusal(undo(without, gone))).toBe('no-address-left');
  });

  it('takes over of whom it was said that they are somebody else, and gives that back', () => {
    const rui = met('rui', 'rui');
    const dismissed = after(anaAtWork, decideDismissal(anaAtWork, rui, true));
    const joined = accepted(decideMerge(ana, dismissed, words));
    const both = after(ana, joined);
    expect(both.state.dismissed).toEqual([rui.id]);
    const event = joined[0]?.events[0] as MergeEvent;
    const back = accepted(
      decideUndoMerge({ merge: event, survivor: ana.id, holder: both, other: after(dismissed, joined) }),
    );
    expect(after(both, back).state.dismissed).toEqual([]);
  });

  it('inside a later merge is taken back from whoever holds the addresses now', () => {
    const rui = met('rui', 'rui');
    const later = accepted(decideMerge(rui, kept, { ...noWords, name: 'Rui' }));
    const holder = after(rui, later);
    const back = accepted(undo(holder, gone));
    expect(after(holder, back).state).toMatchObject({
      words: { name: 'Rui' },
      identities: [mail('rui'), mail('ana')],
    });
    expect(after(gone, back).state.identities).toEqual([mail('a.pereira')]);
  });
});

describe('moving one address', () => {
  const both = met('both', 'ana', 'rui');
  const fresh: Party = { id: 'fresh' as CustomerId, state: unmet };

  it('gives it to somebody new, but never the last one', () => {
    const told = accepted(decideMove(both, fresh, mail('rui')));
    expect(after(both, told).state.identities).toEqual([mail('ana')]);
    expect(after(fresh, told).state.identities).toEqual([mail('rui')]);
    expect(refusal(decideMove(after(both, told), fresh, mail('ana')))).toBe('no-address-left');
    expect(refusal(decideMove(after(both, told), ana, mail('rui')))).toBe('identity-elsewhere');
  });

  it('taken back ends a customer who was made for it and of whom nobody wrote anything', () => {
    const told = accepted(decideMove(both, fresh, mail('rui')));
    const [left, made] = [after(both, told), after(fresh, told)];
    const back = accepted(decideUndoMove(made, left, mail('rui')));
    expect(after(left, back).state.identities).toEqual([mail('ana'), mail('rui')]);
    expect(after(made, back).state.mergedInto).toBe(both.id);
    const noted = after(made, [accepted(decideEdit(made, { note: 'Likes tea' }, new Set()))]);
    expect(refusal(decideUndoMove(noted, left, mail('rui')))).toBe('no-address-left');
  });
});

describe('a dismissed suggestion', () => {
  it('is told to both, once', () => {
    const told = decideDismissal(ana, anaAtWork, true);
    expect(told.map(({ customer }) => customer)).toEqual([ana.id, anaAtWork.id]);
    expect(decideDismissal(after(ana, told), after(anaAtWork, told), true)).toEqual([]);
  });
});

describe('the words of a merged customer', () => {
  const one = { name: 'Ana', company: '', note: 'Likes tea' };
  const other = { name: 'Ana Pereira', company: 'Firm', note: 'VIP' };

  it('are proposed so that nothing anybody wrote is lost', () => {
    const choice = proposedChoice(one, other);
    expect(choice).toEqual({ name: 'into', company: 'from', note: 'both' });
    expect(mergedWords(one, other, choice)).toEqual({
      name: 'Ana',
      company: 'Firm',
      note: 'Likes tea\n\nVIP',
    });
  });

  it('follow the choice, field by field', () => {
    expect(mergedWords(one, other, { name: 'from', company: 'into', note: 'from' })).toEqual({
      name: 'Ana Pereira',
      company: '',
      note: 'VIP',
    });
  });
});

describe('a log', () => {
  it('counts a revision for each event', () => {
    const events: readonly CustomerEvent[] = [
      { kind: 'identity.added', identity: mail('ana') },
      { kind: 'company.changed', company: 'Firm', before: '' },
    ];
    expect(events.reduce(evolveCustomer, unmet).rev).toBe(2);
  });
});
