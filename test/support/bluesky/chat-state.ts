import { countGraphemes } from '#shared/domain/text-limit/graphemes.ts';

/** A refusal in the form that every service of the network has. */
export class Refused extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, message: string, status = 400) {
    super(message);
    this.error = error;
    this.status = status;
  }
}

/** Somebody who may take part in conversations. */
export type Member = {
  readonly did: string;
  readonly handle: string;
  readonly displayName?: string;
  /** Whose messages are taken at all; everybody's where nothing is said. */
  readonly takes?: 'all' | 'none';
};

type Reaction = {
  readonly value: string;
  readonly sender: { readonly did: string };
  readonly createdAt: string;
};
type Message = {
  readonly id: string;
  rev: string;
  readonly text: string;
  readonly facets?: unknown;
  readonly embed?: unknown;
  readonly sender: { readonly did: string };
  readonly sentAt: string;
  reactions: readonly Reaction[];
  /** Who has deleted it for themselves. */
  readonly hiddenFrom: Set<string>;
};
type Convo = {
  readonly id: string;
  rev: string;
  readonly members: readonly string[];
  readonly messages: Message[];
  readonly readUpTo: Map<string, string>;
};
type Said = { readonly text: string; readonly facets?: unknown; readonly embed?: unknown };

const letters = '234567abcdefghijklmnopqrstuvwxyz';
const defs = 'chat.bsky.convo.defs#';
const logPage = 100;

/** Times as revisions and ids, 13 letters that sort (https://atproto.com/specs/tid). */
function tid(micros: bigint): string {
  let rest = micros << 10n;
  let text = '';
  for (let place = 0; place < 13; place += 1) {
    text = `${letters.charAt(Number(rest & 31n))}${text}`;
    rest >>= 5n;
  }
  return text;
}

/** What the service for direct messages remembers, and what it shows to each member. */
export class ChatState {
  readonly #members = new Map<string, Member>();
  readonly #convos = new Map<string, Convo>();
  readonly #logs = new Map<string, { readonly rev: string; readonly event: object }[]>();
  #micros = 0n;

  enter(member: Member): void {
    this.#members.set(member.did, member);
  }

  /** How often these words stand in conversations of an account, by its own hand. */
  count(did: string, text: string): number {
    return [...this.#convos.values()]
      .filter(({ members }) => members.includes(did))
      .flatMap(({ messages }) => messages)
      .filter((message) => message.sender.did === did && message.text === text).length;
  }

  /** A long past in one conversation, as old as it says, and in nobody's log. */
  seed(from: string, to: string, texts: readonly string[], firstAt: number): void {
    const convo = this.#between([from, to]);
    texts.forEach((text, at) => {
      const sentAt = firstAt + at * 60_000;
      const id = tid(BigInt(sentAt) * 1_000n);
      convo.messages.push(this.#message(id, from, { text }, sentAt));
    });
    convo.rev = this.#next();
  }

  /** The conversation of two, made where there is none yet. */
  between(one: string, other: string): string {
    return this.#between([one, other]).id;
  }

  convoWith(did: string, members: readonly string[]): object {
    const all = [...new Set([did, ...members])];
    for (const one of all) {
      const member = this.#members.get(one);
      if (member === undefined) throw new Refused('RecipientNotFound', 'recipient not found');
      if (one !== did && member.takes === 'none')
        throw new Refused('MessagesDisabled', 'recipient has disabled incoming messages');
    }
    return this.#view(did, this.#between(all));
  }

  convo(did: string, id: string): object {
    return this.#view(did, this.#of(did, id));
  }

  convos(did: string, cursor: string | null, limit: number): object {
    const mine = [...this.#convos.values()]
      .filter(({ members, messages }) => members.includes(did) && messages.length > 0)
      .sort((one, other) => (one.rev < other.rev ? 1 : -1));
    const below = mine.filter(({ rev }) => cursor === null || rev < cursor).slice(0, limit);
    const last = below.at(-1);
    return {
      convos: below.map((convo) => this.#view(did, convo)),
      ...(last === undefined ? {} : { cursor: last.rev }),
    };
  }

  messages(did: string, convoId: string, cursor: string | null, limit: number): object {
    const { messages } = this.#of(did, convoId);
    const end = cursor === null ? messages.length : messages.findIndex(({ id }) => id === cursor);
    if (end < 0) return { messages: [] };
    const page: Message[] = [];
    for (let at = end - 1; at >= 0 && page.length < limit; at -= 1) {
      const message = messages[at];
      if (message !== undefined) page.push(message);
    }
    const last = page.at(-1);
    return {
      messages: page.map((message) => this.#shown(did, message)),
      ...(last === undefined ? {} : { cursor: last.id }),
    };
  }

  say(did: string, convoId: string, said: Said): object {
    const convo = this.#of(did, convoId);
    const now = Date.now();
    const message = this.#message(this.#next(), did, said, now);
    convo.messages.push(message);
    convo.rev = message.rev;
    for (const member of convo.members)
      this.#tell(member, message.rev, 'logCreateMessage', convo, { message: this.#shown(member, message) });
    return this.#view1(message);
  }

  read(did: string, convoId: string, messageId: string | null): object {
    const convo = this.#of(did, convoId);
    const upTo = messageId ?? convo.messages.at(-1)?.id ?? '';
    if (upTo > (convo.readUpTo.get(did) ?? '')) convo.readUpTo.set(did, upTo);
    return this.#view(did, convo);
  }

  deleteForSelf(did: string, convoId: string, messageId: string): object {
    const convo = this.#of(did, convoId);
    const message = this.#messageOf(convo, messageId);
    message.hiddenFrom.add(did);
    this.#tell(did, this.#next(), 'logDeleteMessage', convo, { message: this.#shown(did, message) });
    return this.#gone(message);
  }

  react(did: string, convoId: string, messageId: string, value: string, on: boolean): object {
    if (countGraphemes(value) !== 1) throw new Refused('ReactionInvalidValue', 'a reaction is one emoji');
    const convo = this.#of(did, convoId);
    const message = this.#messageOf(convo, messageId);
    const others = message.reactions.filter((one) => one.sender.did !== did || one.value !== value);
    const reaction = { value, sender: { did }, createdAt: new Date().toISOString() };
    message.reactions = on ? [...others, reaction] : others;
    message.rev = this.#next();
    for (const member of convo.members)
      this.#tell(member, message.rev, on ? 'logAddReaction' : 'logRemoveReaction', convo, {
        message: this.#shown(member, message),
        reaction,
      });
    return this.#view1(message);
  }

  log(did: string, cursor: string | null): object {
    const all = this.#logs.get(did) ?? [];
    const after =
      cursor === null ? all.slice(-logPage) : all.filter(({ rev }) => rev > cursor).slice(0, logPage);
    const next = after.at(-1)?.rev ?? cursor ?? all.at(-1)?.rev;
    return { logs: after.map(({ event }) => event), ...(next === undefined ? {} : { cursor: next }) };
  }

  #tell(did: string, rev: string, what: string, convo: Convo, facts: object): void {
    const log = this.#logs.get(did) ?? [];
    log.push({ rev, event: { $type: `${defs}${what}`, rev, convoId: convo.id, ...facts } });
    this.#logs.set(did, log);
  }

  #next(): string {
    const now = BigInt(Date.now()) * 1_000n;
    this.#micros = now > this.#micros ? now : this.#micros + 1n;
    return tid(this.#micros);
  }

  #message(id: string, did: string, said: Said, sentAt: number): Message {
    return {
      id,
      rev: id,
      text: said.text,
      ...(said.facets === undefined ? {} : { facets: said.facets }),
      ...(said.embed === undefined ? {} : { embed: said.embed }),
      sender: { did },
      sentAt: new Date(sentAt).toISOString(),
      reactions: [],
      hiddenFrom: new Set(),
    };
  }

  #between(members: readonly string[]): Convo {
    const sorted = [...members].sort();
    for (const convo of this.#convos.values())
      if ([...convo.members].sort().join() === sorted.join()) return convo;
    const rev = this.#next();
    const convo: Convo = { id: rev, rev, members: sorted, messages: [], readUpTo: new Map() };
    this.#convos.set(convo.id, convo);
    for (const member of sorted) this.#tell(member, rev, 'logBeginConvo', convo, {});
    return convo;
  }

  #of(did: string, id: string): Convo {
    const convo = this.#convos.get(id);
    if (convo?.members.includes(did) !== true) throw new Refused('InvalidConvo', 'convo not found');
    return convo;
  }

  #messageOf(convo: Convo, id: string): Message {
    const message = convo.messages.find((one) => one.id === id);
    if (message === undefined) throw new Refused('InvalidRequest', 'message not found');
    return message;
  }

  #view1({ id, rev, text, facets, embed, sender, sentAt, reactions }: Message): object {
    return {
      $type: `${defs}messageView`,
      id,
      rev,
      text,
      ...(facets === undefined ? {} : { facets }),
      ...(embed === undefined ? {} : { embed }),
      ...(reactions.length === 0 ? {} : { reactions }),
      sender,
      sentAt,
    };
  }

  #gone({ id, rev, sender, sentAt }: Message): object {
    return { $type: `${defs}deletedMessageView`, id, rev, sender, sentAt };
  }

  #shown(did: string, message: Message): object {
    return message.hiddenFrom.has(did) ? this.#gone(message) : this.#view1(message);
  }

  #view(did: string, convo: Convo): object {
    const last = convo.messages.at(-1);
    const read = convo.readUpTo.get(did) ?? '';
    const unread = convo.messages.filter(({ id, sender }) => id > read && sender.did !== did);
    return {
      id: convo.id,
      rev: convo.rev,
      members: convo.members.map((one) => {
        const { handle = 'handle.invalid', displayName } = this.#members.get(one) ?? {};
        return { did: one, handle, ...(displayName === undefined ? {} : { displayName }) };
      }),
      ...(last === undefined ? {} : { lastMessage: this.#shown(did, last) }),
      muted: false,
      status: 'accepted',
      unreadCount: unread.length,
    };
  }
}
