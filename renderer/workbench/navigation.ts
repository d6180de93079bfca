import type { ListQuery, View } from '#shared/contract/conversations.ts';
import type { AccountId, ConversationId, MemberId } from '#shared/kit/brand.ts';

/** The parts of the settings. */
export const settingsSections = [
  'accounts',
  'team',
  'website-chat',
  'general',
  'targets',
  'snippets',
  'customers',
  'outbox',
  'quarantine',
  'recovery',
  'privacy',
  'audit',
  'managed',
  'about',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** What the settings of the team ask for at once. */
export type TeamWish = 'set-up' | 'join' | 'invite' | 'leave';

/** What is shown over the panes, if anything. */
export type Screen =
  | { readonly kind: 'desk' }
  /** The desk with what was promised in the place of a queue. */
  | { readonly kind: 'follow-ups' }
  | {
      readonly kind: 'settings';
      readonly section: SettingsSection;
      readonly account: AccountId | null;
      readonly team?: TeamWish;
    }
  /** Connecting an account; with an id, signing in again to that one. */
  | { readonly kind: 'connect'; readonly account: AccountId | null };

/** What the conversation area shows. */
export type Opened =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conversation'; readonly id: ConversationId }
  | { readonly kind: 'new-message' }
  /** What the day came to, and what is promised for tomorrow. */
  | { readonly kind: 'day' };

/** Where the person is. Plain data, so that the window's history can keep it. */
export type Place = {
  readonly query: ListQuery;
  /** What is searched for; null when the list shows its queue. */
  readonly search: string | null;
  readonly opened: Opened;
  readonly screen: Screen;
  /** `auto` shows the panel as the person chose last, else where there is room for it. */
  readonly customerPanel: 'auto' | 'shown' | 'hidden';
};

/** Where everybody starts. */
export const home: Place = {
  query: { view: 'my-turn', account: null },
  search: null,
  opened: { kind: 'nothing' },
  screen: { kind: 'desk' },
  customerPanel: 'auto',
};

/** A step from one place to another. */
export type Step =
  | { readonly kind: 'view'; readonly view: View; readonly account: AccountId | null }
  /** What one member has, with the team beside it. */
  | { readonly kind: 'member'; readonly member: MemberId }
  | { readonly kind: 'follow-ups' }
  | { readonly kind: 'open'; readonly id: ConversationId }
  | { readonly kind: 'new-message' }
  | { readonly kind: 'day' }
  | { readonly kind: 'close' }
  | { readonly kind: 'search'; readonly text: string | null }
  | {
      readonly kind: 'settings';
      readonly section: SettingsSection;
      readonly account?: AccountId;
      readonly team?: TeamWish;
    }
  | { readonly kind: 'connect'; readonly account?: AccountId }
  | { readonly kind: 'desk' }
  | { readonly kind: 'customer-panel'; readonly shown: boolean };

const desk: Screen = { kind: 'desk' };
const nothing: Opened = { kind: 'nothing' };

/** The desk that something is opened on: what was promised stays beside what it is about. */
const deskOf = ({ screen }: Place): Screen => (screen.kind === 'follow-ups' ? screen : desk);

/** Whether a screen has a list and what is opened from it. */
export const hasPanes = (screen: Screen): boolean => screen.kind === 'desk' || screen.kind === 'follow-ups';

/** The place after a step. */
export const stepFrom = (place: Place, step: Step): Place => {
  switch (step.kind) {
    case 'view':
      return {
        ...place,
        query: { view: step.view, account: step.account },
        search: null,
        opened: nothing,
        screen: desk,
      };
    case 'member':
      return {
        ...place,
        query: { view: 'member', account: null, owner: step.member },
        search: null,
        opened: nothing,
        screen: desk,
      };
    case 'follow-ups':
      return { ...place, search: null, opened: nothing, screen: { kind: 'follow-ups' } };
    case 'open':
      return { ...place, opened: { kind: 'conversation', id: step.id }, screen: deskOf(place) };
    case 'new-message':
      return { ...place, opened: { kind: 'new-message' }, screen: deskOf(place) };
    case 'day':
      return { ...place, opened: { kind: 'day' }, screen: deskOf(place) };
    case 'close':
      return { ...place, opened: nothing };
    case 'search':
      return { ...place, search: step.text, screen: desk };
    case 'settings':
      return {
        ...place,
        screen: {
          kind: 'settings',
          section: step.section,
          account: step.account ?? null,
          ...(step.team === undefined ? {} : { team: step.team }),
        },
      };
    case 'connect':
      return { ...place, screen: { kind: 'connect', account: step.account ?? null } };
    case 'desk':
      return { ...place, screen: desk };
    case 'customer-panel':
      return { ...place, customerPanel: step.shown ? 'shown' : 'hidden' };
  }
};

const sameOpened = (one: Opened, other: Opened): boolean =>
  one.kind === other.kind &&
  (one.kind !== 'conversation' || other.kind !== 'conversation' || one.id === other.id);

/**
 * How a step goes into the window's history. Moving through a list or typing a search replaces the entry, so that
 * "back" leaves the conversation or the search instead of going through every row or letter.
 */
export const historyOf = (from: Place, to: Place): 'push' | 'replace' | 'none' => {
  if (from === to) return 'none';
  if (from.screen.kind !== to.screen.kind) return 'push';
  if (!hasPanes(to.screen)) return 'replace';
  if (from.query.view !== to.query.view || from.query.account !== to.query.account) return 'push';
  if ((from.search === null) !== (to.search === null)) return 'push';
  if (!sameOpened(from.opened, to.opened)) return from.opened.kind === 'nothing' ? 'push' : 'replace';
  return 'replace';
};
