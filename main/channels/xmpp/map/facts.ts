import type { Correspondent } from '#shared/domain/message.ts';
import type { About, InboundFact } from '../../kit/inbound.ts';
import { nameOf } from './message-names.ts';
import type { Noted } from './noted.ts';
import type { Said } from './said.ts';

/** What is known of a message that may be a fact about another one. */
export type FactContext = {
  readonly key: string;
  readonly at: number;
  readonly groupchat: boolean;
  readonly outgoing: boolean;
  readonly own: string;
  readonly by: Correspondent;
  /** The other side of a talk between two, or the room. */
  readonly room: string;
  /** The message's own name; its first half is who wrote it. */
  readonly name: string;
  readonly archiveId: string;
  readonly text: string;
  readonly snippet: string;
};

/** The message that a writer means by one of their own ids; null where nothing proves who the writer is. */
function ownNamed(context: FactContext, id: string): About | null {
  const at = context.name.indexOf(' ');
  return at === -1 ? null : { name: nameOf(context.name.slice(0, at), id) };
}

/** The message of the side that is spoken to. */
const othersNamed = (context: FactContext, id: string): About => ({
  name: nameOf(context.outgoing ? context.room : context.own, id),
});

/** The message that a room's archive id stands for, if it is the writer's own. */
function ownNoted(context: FactContext, about: string | null): About | null {
  const at = context.name.indexOf(' ');
  return about === null || at === -1 || !about.startsWith(context.name.slice(0, at + 1))
    ? null
    : { name: about };
}

/** The fact in what was said, `nothing` where it proves or changes nothing, or null when it is words of its own. */
export function factOf(said: Said, context: FactContext, notes: Noted): InboundFact | null {
  const { key, at } = context;
  const nothing: InboundFact = { kind: 'nothing', key };
  switch (said.kind) {
    case 'words':
      return null;
    case 'nothing':
      return nothing;
    case 'correction': {
      const about = ownNamed(context, said.id);
      // Words that may not replace others are words all the same.
      if (about === null) return null;
      const version = `${String(at).padStart(15, '0')} ${context.archiveId}`;
      const { text, snippet } = context;
      return { kind: 'edit', key, about, version, at, text, snippet, html: null };
    }
    case 'retraction': {
      const about = context.groupchat ? ownNoted(context, notes.about) : ownNamed(context, said.id);
      return about === null ? nothing : { kind: 'remove', key, about, at };
    }
    case 'reactions': {
      const target = notes.about === null ? null : { name: notes.about };
      const about = context.groupchat ? target : othersNamed(context, said.id);
      if (about === null || notes.emoji === null) return nothing;
      return { kind: 'reaction', key, about, by: context.by, emoji: notes.emoji, on: notes.on, at };
    }
    case 'receipt': {
      // In a room one reader is not everybody, and what our own devices tell is about others' messages.
      if (context.groupchat || context.outgoing) return nothing;
      const about = othersNamed(context, said.id);
      return { kind: 'receipt', key, about, level: said.level, upTo: said.upTo, at };
    }
    case 'bounce': {
      if (context.groupchat || context.outgoing) return nothing;
      const about = othersNamed(context, said.id);
      return { kind: 'undelivered', key, about, recipient: context.room, said: said.said, at };
    }
  }
}
