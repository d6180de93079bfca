import type { MessageKey } from '#shared/messages/en.ts';
import type { Chord } from './keys.ts';

/** Where an action belongs on the cheat sheet and in the palette. */
export type ActionGroup = 'app' | 'views' | 'list' | 'follow-ups' | 'conversation' | 'composer';

type Declared = {
  readonly keys: readonly Chord[];
  readonly group: ActionGroup;
  /** Left out of the palette: it moves the focus, so it makes sense only under the fingers. */
  readonly keysOnly?: boolean;
  /** Its keys are handled where one writes; here they are only shown. */
  readonly keysElsewhere?: boolean;
};

/**
 * Every action of the page with its keys: the palette, the cheat sheet and the tooltips read this. What an action
 * does is said by the feature that is on screen, with `useAction`.
 */
const declared = {
  'app.palette': { keys: ['Mod+k'], group: 'app', keysOnly: true },
  'app.search': { keys: ['/'], group: 'app' },
  'search.order': { keys: ['Shift+Mod+o'], group: 'app' },
  'message.new': { keys: ['Mod+n'], group: 'app' },
  'app.undo': { keys: ['u'], group: 'app' },
  'app.back': { keys: ['Escape'], group: 'app', keysOnly: true },
  'app.keys': { keys: ['?'], group: 'app' },
  'app.settings': { keys: ['Mod+,'], group: 'app' },
  'app.add-account': { keys: [], group: 'app' },
  'app.team': { keys: ['Shift+Mod+m'], group: 'app' },
  'team.set-up': { keys: [], group: 'app' },
  'team.join': { keys: [], group: 'app' },
  'team.invite': { keys: [], group: 'app' },
  'team.leave': { keys: [], group: 'app' },
  'member.away': { keys: [], group: 'app' },
  'member.back': { keys: [], group: 'app' },
  'member.balance': { keys: [], group: 'app' },
  'member.hand-over': { keys: [], group: 'app' },
  'day.close': { keys: [], group: 'app' },
  'app.theme.system': { keys: [], group: 'app' },
  'app.theme.light': { keys: [], group: 'app' },
  'app.theme.dark': { keys: [], group: 'app' },
  'view.my-turn': { keys: ['Mod+1'], group: 'views' },
  'view.follow-ups': { keys: ['Mod+2'], group: 'views' },
  'view.waiting': { keys: ['Mod+3'], group: 'views' },
  'view.unowned': { keys: ['Mod+4'], group: 'views' },
  'view.team': { keys: ['Mod+5'], group: 'views' },
  'view.snoozed': { keys: ['Mod+6'], group: 'views' },
  'view.done': { keys: ['Mod+7'], group: 'views' },
  'view.all': { keys: ['Mod+8'], group: 'views' },
  'view.inbox': { keys: ['Mod+9'], group: 'views' },
  'view.unread': { keys: [], group: 'views' },
  'view.drafts': { keys: [], group: 'views' },
  'view.problems': { keys: [], group: 'views' },
  'list.next': { keys: ['j'], group: 'list', keysOnly: true },
  'list.previous': { keys: ['k'], group: 'list', keysOnly: true },
  'list.open': { keys: ['Enter'], group: 'list', keysOnly: true, keysElsewhere: true },
  'list.first': { keys: ['Home'], group: 'list', keysOnly: true, keysElsewhere: true },
  'list.last': { keys: ['End'], group: 'list', keysOnly: true, keysElsewhere: true },
  'list.select': { keys: ['x'], group: 'list', keysOnly: true },
  'list.extend-down': { keys: ['Shift+ArrowDown'], group: 'list', keysOnly: true, keysElsewhere: true },
  'list.extend-up': { keys: ['Shift+ArrowUp'], group: 'list', keysOnly: true, keysElsewhere: true },
  'list.select-all': { keys: ['Mod+a'], group: 'list', keysOnly: true, keysElsewhere: true },
  'follow-up.done': { keys: ['d'], group: 'follow-ups', keysElsewhere: true },
  'follow-up.put-off': { keys: ['z'], group: 'follow-ups', keysElsewhere: true },
  'follow-up.drop': { keys: ['x', 'Backspace'], group: 'follow-ups', keysElsewhere: true },
  'conversation.reply': { keys: ['r'], group: 'conversation' },
  'conversation.reply-all': { keys: ['a'], group: 'conversation' },
  'conversation.forward': { keys: ['Shift+f'], group: 'conversation' },
  'conversation.claim': { keys: ['c'], group: 'conversation' },
  'conversation.assign': { keys: ['Shift+c'], group: 'conversation' },
  'conversation.transfer': { keys: ['t'], group: 'conversation' },
  'conversation.follow-up': { keys: ['f'], group: 'conversation' },
  'conversation.snooze': { keys: ['z'], group: 'conversation' },
  'conversation.wake': { keys: ['Shift+z'], group: 'conversation' },
  'conversation.tag': { keys: ['#', 'l'], group: 'conversation' },
  'conversation.merge': { keys: [], group: 'conversation' },
  'conversation.split': { keys: [], group: 'conversation' },
  'check.confirm': { keys: [], group: 'conversation' },
  'conversation.resolve': { keys: ['e'], group: 'conversation' },
  'conversation.reopen': { keys: ['Shift+e'], group: 'conversation' },
  'conversation.toggle-unread': { keys: ['Shift+u'], group: 'conversation' },
  'conversation.customer': { keys: ['i'], group: 'conversation' },
  'customer.merge': { keys: [], group: 'conversation' },
  'customer.export': { keys: [], group: 'conversation' },
  'customer.erase': { keys: [], group: 'conversation' },
  'customer.suggestions': { keys: [], group: 'app' },
  'conversation.note': { keys: ['n'], group: 'conversation' },
  'review.good': { keys: ['g'], group: 'conversation' },
  'review.suggest': { keys: ['s'], group: 'conversation' },
  'team.close-refusals': { keys: ['Shift+x'], group: 'conversation' },
  'message.next': { keys: ['Shift+j'], group: 'conversation', keysOnly: true },
  'message.previous': { keys: ['Shift+k'], group: 'conversation', keysOnly: true },
  'message.toggle': { keys: ['o'], group: 'conversation', keysOnly: true },
  'composer.send': { keys: ['Mod+Enter'], group: 'composer', keysElsewhere: true },
  'composer.send-resolve': { keys: ['Shift+Mod+Enter'], group: 'composer', keysElsewhere: true },
  'composer.send-follow-up': { keys: ['Shift+Mod+f'], group: 'composer' },
  'composer.send-later': { keys: ['Shift+Mod+l'], group: 'composer' },
  'composer.snippet': { keys: ['Mod+;'], group: 'composer' },
  'composer.review': { keys: ['Shift+Mod+e'], group: 'composer' },
  'composer.link': { keys: ['Shift+Mod+k'], group: 'composer' },
  'composer.plain': { keys: ['Shift+Mod+t'], group: 'composer' },
} as const satisfies Readonly<Record<string, Declared>>;

/** The name of an action. */
export type ActionId = keyof typeof declared;

/** An action as the palette and the cheat sheet show it. */
export type Action = Declared & { readonly id: ActionId; readonly words: MessageKey };

const isActionId = (id: string): id is ActionId => Object.hasOwn(declared, id);

/** One action by its name. */
export const action = (id: ActionId): Action => ({ id, words: `action.${id}`, ...declared[id] });

/** All actions, in the order of the cheat sheet. */
export const actions: readonly Action[] = Object.keys(declared).filter(isActionId).map(action);

/** What an action does now. Of several, the one of the highest rank is meant; among equals the newest. */
export type ActionHandler = { readonly run: () => void; readonly rank: number };

/** The handlers that are on screen. */
export type ActionDesk = {
  readonly register: (id: ActionId, handler: ActionHandler) => () => void;
  readonly find: (id: ActionId) => ActionHandler | null;
  /** Runs an action if something on screen does it; says whether. */
  readonly run: (id: ActionId) => boolean;
};

/** Makes an empty desk. */
export const createActionDesk = (): ActionDesk => {
  const handlers = new Map<ActionId, readonly ActionHandler[]>();
  const find = (id: ActionId): ActionHandler | null =>
    (handlers.get(id) ?? []).reduce<ActionHandler | null>(
      (best, handler) => (best === null || handler.rank >= best.rank ? handler : best),
      null,
    );
  return {
    find,
    register: (id, handler) => {
      handlers.set(id, [...(handlers.get(id) ?? []), handler]);
      return () => {
        handlers.set(
          id,
          (handlers.get(id) ?? []).filter((other) => other !== handler),
        );
      };
    },
    run: (id) => {
      const handler = find(id);
      handler?.run();
      return handler !== null;
    },
  };
};
