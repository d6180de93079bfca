import { ns } from '../names.ts';
import { attributeOf, childOf, element } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';

/** What a session knows beyond one archived message and writes beside it, so that the mapper, which sees one item alone, can say what it means. */
export type Noted = {
  /** The name of the message that a room's archive id stands for. */
  readonly about: string | null;
  /** One change of a set of reactions. */
  readonly emoji: string | null;
  readonly on: boolean;
  /** Which of several items made from one message this is. */
  readonly part: string | null;
  /** How many changes of the same thing came before it in the same moment, where a server tells time in seconds. */
  readonly order: number;
  /** The room it is in knows us as its writer. */
  readonly ours: boolean;
};

const nothing: Noted = { about: null, emoji: null, on: false, part: null, order: 0, ours: false };

const orderIn = (written: string | null): number => (/^\d{1,3}$/.test(written ?? '') ? Number(written) : 0);

/** What was noted beside a result; nothing for most. */
export function notedIn(result: Element): Noted {
  const noted = childOf(result, 'noted', ns.noted);
  if (noted === undefined) return nothing;
  const of = (name: string): string | null => attributeOf(noted, name);
  return {
    about: of('about'),
    emoji: of('emoji'),
    on: of('on') === 'true',
    part: of('part'),
    order: orderIn(of('order')),
    ours: of('ours') === 'true',
  };
}

/** The result with notes beside it, in place of those before. */
export function withNotes(result: Element, notes: Partial<Noted>): Element {
  const { about, emoji, on, part, order, ours } = { ...notedIn(result), ...notes };
  const noted = element('noted', ns.noted, {
    about: about ?? undefined,
    emoji: emoji ?? undefined,
    on: emoji === null ? undefined : String(on),
    part: part ?? undefined,
    order: order === 0 ? undefined : String(Math.min(order, 999)),
    ours: ours ? 'true' : undefined,
  });
  const rest = result.children.filter((child) => typeof child === 'string' || child.ns !== ns.noted);
  return { ...result, children: [...rest, noted] };
}
