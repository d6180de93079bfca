import { visitLimits } from '#shared/domain/website-chat/protocol.ts';
import { bare, ns } from '../xmpp/names.ts';
import { childOf, stanza, textIn } from '../xmpp/xml.ts';
import type { Stanza } from '../xmpp/xml.ts';
import type { Kept, Page, Said } from './saved.ts';

/** Who speaks to whom. */
export type Who = { readonly agent: string; readonly key: string };

const message = (to: string, id: string, ...parts: readonly Stanza[]): Stanza =>
  stanza('message', ns.client, { type: 'chat', to, id }, ...parts);

const visitor = (
  { key }: Who,
  facts: Readonly<Record<string, string | undefined>> = {},
  ...parts: readonly Stanza[]
): Stanza => stanza('visitor', ns.chat, { key, ...facts }, ...parts);

const kept = stanza('store', ns.hints);
const fleeting = stanza('no-store', ns.hints);

/** What the visitor wrote, under an id that stays the same however often it is said. */
export const words = (who: Who, { id, text }: Said, name: string): Stanza =>
  message(
    who.agent,
    id,
    stanza('body', ns.client, {}, text),
    stanza('origin-id', ns.ids, { id }),
    visitor(who, { name: name === '' ? undefined : name }),
    kept,
  );

/** Where the visitor is. `hello` says that they have just come, and which of the agent's words they have. */
export const arrival = (
  who: Who,
  id: string,
  about: {
    readonly page: Page;
    readonly language: string;
    readonly first: number;
    readonly hello: { readonly last: string | undefined } | null;
    /** Whether somebody who is away now should find it later. */
    readonly keep: boolean;
  },
): Stanza =>
  message(
    who.agent,
    id,
    visitor(
      who,
      about.keep
        ? {
            language: about.language.slice(0, visitLimits.language),
            first: new Date(about.first).toISOString(),
          }
        : {},
      ...(about.keep
        ? [
            stanza('page', ns.chat, {
              url: about.page.url.slice(0, visitLimits.page),
              title: about.page.title.slice(0, visitLimits.title),
            }),
          ]
        : []),
      ...(about.hello === null ? [] : [stanza('hello', ns.chat, { last: about.hello.last })]),
    ),
    about.keep ? kept : fleeting,
  );

/** A mail address for the agent's answers. */
export const contact = (who: Who, id: string, address: string, name: string): Stanza =>
  message(
    who.agent,
    id,
    visitor(
      who,
      { name: name === '' ? undefined : name },
      stanza('contact', ns.chat, { channel: 'email', address }),
    ),
    kept,
  );

/** Their words are here. */
export const receipt = (who: Who, id: string, of: string): Stanza =>
  message(who.agent, id, stanza('received', ns.receipts, { id: of }), visitor(who), kept);

/** Their words, up to these, have been on the screen. */
export const displayed = (who: Who, id: string, of: string): Stanza =>
  message(who.agent, id, stanza('displayed', ns.markers, { id: of }), visitor(who), kept);

/** Something that the agent's side said, as far as it concerns us. */
export type Heard =
  | {
      readonly kind: 'words';
      readonly id: string;
      readonly text: string;
      readonly at: number | null;
      readonly receipt: boolean;
    }
  | { readonly kind: 'refused'; readonly id: string }
  | { readonly kind: 'typing'; readonly on: boolean }
  | { readonly kind: 'presence'; readonly jid: string; readonly here: boolean }
  | { readonly kind: 'nothing' };

const longest = 50_000;

/** Understands a stanza; nobody but the agent has anything to say here. */
export function heardIn(of: Stanza, agent: string): Heard {
  const nothing = { kind: 'nothing' } as const;
  const from = of.attributes.get('from') ?? '';
  const type = of.attributes.get('type');
  const id = of.attributes.get('id') ?? '';
  if (bare(from) !== bare(agent)) return nothing;
  if (of.name === 'presence') {
    const show = textIn(childOf(of, 'show', ns.client));
    return { kind: 'presence', jid: from, here: type === undefined && !['away', 'xa', 'dnd'].includes(show) };
  }
  if (of.name !== 'message') return nothing;
  if (type === 'error') return { kind: 'refused', id };
  const text = textIn(childOf(of, 'body', ns.client)).slice(0, longest);
  if (text === '') {
    const state = of.children.find((child) => typeof child !== 'string' && child.ns === ns.states);
    return state === undefined || typeof state === 'string'
      ? nothing
      : { kind: 'typing', on: state.name === 'composing' };
  }
  const stamp = Date.parse(childOf(of, 'delay', ns.delay)?.attributes.get('stamp') ?? '');
  return {
    kind: 'words',
    id: (childOf(of, 'origin-id', ns.ids)?.attributes.get('id') ?? id).slice(0, 200),
    text,
    at: Number.isNaN(stamp) ? null : stamp,
    receipt: childOf(of, 'request', ns.receipts) !== undefined,
  };
}

/** The newest of the agent's words that this browser has. */
export const newestHeard = ({ known }: Kept): string | undefined => known.at(-1);
