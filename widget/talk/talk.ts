import type { LineEvents, Line } from '../xmpp/line.ts';
import type { Stanza } from '../xmpp/xml.ts';
import type { Kept, KeptTalk, Page, Said } from './saved.ts';
import { arrival, contact, displayed, heardIn, newestHeard, receipt, words } from './stanzas.ts';
import type { Heard, Who } from './stanzas.ts';

/** What a talk takes from the page it is on. */
export type TalkPorts = {
  readonly now: () => number;
  /** So many random bytes as hex. */
  readonly random: (bytes: number) => string;
  readonly later: (ms: number, work: () => void) => () => void;
  readonly page: () => Page;
  readonly language: string;
  /** Runs the work when no other window of the site does; the answer lets another have its turn. */
  readonly alone: (work: () => void) => () => void;
  /** Somebody can see the panel. */
  readonly watched: () => boolean;
};

/** How a talk is set up. */
export type TalkSettings = {
  readonly agent: string;
  /** After so long without an answer a mail address is asked for, in ms. */
  readonly mailAfterMs: number;
};

/** What the panel shows of a talk. */
export type TalkView = {
  readonly kept: Kept;
  readonly online: boolean;
  readonly typing: boolean;
  /** It is time to offer an answer by mail. */
  readonly offersMail: boolean;
};

/** Where the agent does not say within this that they are there, they are not. */
const hereWithinMs = 5_000;
const typingMs = 30_000;
const longestText = 5_000;

/**
 * One visitor's talk: says what was typed until it is known to have been taken, keeps what was answered, and connects only once somebody
 * has opened the chat or spoken before. All windows of a site share it; one of them has the line.
 */
export class Talk {
  readonly #settings: TalkSettings;
  readonly #ports: TalkPorts;
  readonly #talk: KeptTalk;
  readonly #line: Line;
  readonly #listeners = new Set<(arrived: Said | null) => void>();
  readonly #saying = new Set<string>();
  readonly #here = new Set<string>();
  #open = false;
  #asking = false;
  #typing = false;
  #stopTyping: () => void = () => undefined;
  #stopWaiting: () => void = () => undefined;
  #stopOffer: () => void = () => undefined;
  #letGo: (() => void) | null = null;
  #toldPage = '';
  #helloId = '';
  #shown = '';

  constructor(
    settings: TalkSettings,
    ports: TalkPorts,
    talk: KeptTalk,
    lineFor: (events: LineEvents) => Line,
  ) {
    this.#settings = settings;
    this.#ports = ports;
    this.#talk = talk;
    this.#line = lineFor({
      online: () => this.#begin(),
      offline: () => this.#ended(),
      heard: (heard) => this.#take(heard),
    });
  }

  /** Goes on with a talk of before; one that never began stays silent, and nobody hears of the visit. */
  resume(): void {
    if (this.#talk.read().spoken) this.#connect();
    this.#planOffer();
  }

  /** Tells of every change; with what the agent said where that is the change. */
  onChange(listener: (arrived: Said | null) => void): void {
    this.#listeners.add(listener);
  }

  view(): TalkView {
    const kept = this.#talk.read();
    return { kept, online: this.#line.online, typing: this.#typing, offersMail: this.#offersMail(kept) };
  }

  opened(): void {
    this.#open = true;
    this.#connect();
    this.#line.nudge();
    this.seen();
  }

  closed(): void {
    this.#open = false;
    this.#asking = false;
    this.#tell();
  }

  /** What is on the screen has been read; said again whenever the page comes to the front. */
  seen(): void {
    if (!this.#open || !this.#ports.watched()) return;
    const kept = this.#talk.read();
    if (kept.unread > 0) this.#talk.change(() => ({ unread: 0 }));
    const newest = kept.said.findLast(({ by }) => by === 'agent')?.id ?? '';
    if (
      newest !== '' &&
      newest !== this.#shown &&
      this.#line.say(displayed(this.#who(), this.#newId(), newest))
    )
      this.#shown = newest;
    this.#tell();
  }

  say(text: string): void {
    const said: Said = {
      id: this.#newId(),
      by: 'visitor',
      text: text.slice(0, longestText),
      at: this.#ports.now(),
      state: 'waiting',
      page: this.#ports.page(),
    };
    this.#talk.change((kept) => ({ said: [...kept.said, said], spoken: true }));
    this.#connect();
    this.#line.nudge();
    this.#flush();
    this.#planOffer();
    this.#tell();
  }

  /** Tries again what was refused. */
  tryAgain(id: string): void {
    this.#mark((said) => (said.id === id && said.state === 'refused' ? 'waiting' : said.state));
    this.#flush();
    this.#tell();
  }

  /** Leaves a mail address for the answers. */
  leaveAddress(address: string, name: string): void {
    this.#talk.change(() => ({ left: { address, name, state: 'waiting' }, spoken: true }));
    this.#asking = false;
    this.#connect();
    this.#flush();
    this.#tell();
  }

  /** The visitor asks for it, or does not want to be asked. */
  askForMail(on: boolean): void {
    this.#asking = on;
    if (!on) {
      this.#stopOffer();
      this.#declined = this.#ports.now();
    }
    this.#tell();
  }

  #declined = 0;

  /** Another window of the site has changed the talk. */
  changedElsewhere(): void {
    this.#flush();
    this.#planOffer();
    this.seen();
    this.#tell();
  }

  /** The network is there again. */
  nudge(): void {
    this.#line.nudge();
  }

  /** Ends the line; `resume` or anything said begins anew. */
  leave(): void {
    this.#letGo?.();
    this.#letGo = null;
    this.#line.stop();
  }

  #who(): Who {
    return { agent: this.#settings.agent, key: this.#talk.read().key };
  }

  #newId(): string {
    return this.#ports.random(16);
  }

  #connect(): void {
    this.#letGo ??= this.#ports.alone(() => this.#line.start());
  }

  #begin(): void {
    this.#saying.clear();
    this.#here.clear();
    this.#toldPage = '';
    this.#shown = '';
    const kept = this.#talk.read();
    this.#arrive(kept.spoken, { last: newestHeard(kept) }, this.#ports.page());
    this.#stopWaiting();
    this.#stopWaiting = this.#ports.later(hereWithinMs, () => this.#setAgent());
    this.#flush();
    this.seen();
    this.#tell();
  }

  #ended(): void {
    this.#saying.clear();
    this.#stopWaiting();
    this.#setTyping(false);
    this.#tell();
  }

  #arrive(keep: boolean, hello: { readonly last: string | undefined } | null, page: Page): void {
    const { first } = this.#talk.read();
    const { language } = this.#ports;
    const id = this.#newId();
    if (hello !== null) this.#helloId = id;
    this.#line.say(arrival(this.#who(), id, { page, language, first, hello, keep }));
    if (keep) this.#toldPage = JSON.stringify(page);
  }

  /** Says what waits. It counts as said when the server has answered something after it. */
  #flush(): void {
    if (!this.#line.online) return;
    const kept = this.#talk.read();
    const waiting = kept.said.filter(({ id, state }) => state === 'waiting' && !this.#saying.has(id));
    const left = kept.left?.state === 'waiting' && !this.#saying.has(kept.left.address) ? kept.left : null;
    if (waiting.length === 0 && left === null) return;
    for (const said of waiting) {
      this.#saying.add(said.id);
      const page = said.page ?? this.#ports.page();
      if (JSON.stringify(page) !== this.#toldPage) this.#arrive(true, null, page);
      this.#line.say(words(this.#who(), said, kept.left?.name ?? ''));
    }
    if (left !== null) {
      this.#saying.add(left.address);
      this.#line.say(contact(this.#who(), this.#newId(), left.address, left.name));
    }
    const saying = new Set([...waiting.map(({ id }) => id), ...(left === null ? [] : [left.address])]);
    void this.#line.ask().then((taken) => {
      for (const id of saying) this.#saying.delete(id);
      if (!taken) return;
      this.#mark((said) => (said.state === 'waiting' && saying.has(said.id) ? 'sent' : said.state));
      if (left !== null)
        this.#talk.change((now) =>
          now.left?.address === left.address ? { left: { ...now.left, state: 'sent' } } : {},
        );
      this.#tell();
    });
  }

  #mark(state: (said: Said) => Said['state']): void {
    this.#talk.change(({ said }) => ({
      said: said.map((one) => {
        if (one.by !== 'visitor') return one;
        const { page, ...rest } = one;
        const next = state(one);
        // Where it was written is of no use any more once it is said.
        return next === 'sent' || page === undefined
          ? { ...rest, state: next }
          : { ...rest, page, state: next };
      }),
    }));
  }

  #take(stanza: Stanza): void {
    const heard = heardIn(stanza, this.#settings.agent);
    switch (heard.kind) {
      case 'words':
        this.#takeWords(heard);
        break;
      case 'refused':
        this.#takeRefusal(heard.id);
        break;
      case 'typing':
        this.#setTyping(heard.on);
        this.#tell();
        break;
      case 'presence':
        if (heard.here) this.#here.add(heard.jid);
        else this.#here.delete(heard.jid);
        this.#setAgent();
        break;
      case 'nothing':
        break;
    }
  }

  #takeWords({ id: given, text, at, receipt: wanted }: Extract<Heard, { kind: 'words' }>): void {
    const id = given === '' ? this.#newId() : given;
    if (wanted) this.#line.say(receipt(this.#who(), this.#newId(), id));
    if (this.#talk.read().known.includes(id)) return;
    const said: Said = { id, by: 'agent', text, at: at ?? this.#ports.now(), state: 'sent' };
    const watched = this.#open && this.#ports.watched();
    this.#talk.change((kept) => ({
      said: [...kept.said, said].toSorted((a, b) => a.at - b.at),
      known: [...kept.known, id],
      spoken: true,
      unread: watched ? 0 : kept.unread + 1,
    }));
    this.#setTyping(false);
    this.seen();
    this.#planOffer();
    for (const listener of this.#listeners) listener(said);
  }

  #takeRefusal(id: string): void {
    if (id === this.#helloId) this.#setAgent();
    this.#mark((said) => (said.id === id && said.by === 'visitor' ? 'refused' : said.state));
    this.#tell();
  }

  #setAgent(): void {
    this.#stopWaiting();
    const agent = this.#here.size > 0 ? 'here' : 'away';
    if (this.#talk.read().agent !== agent) this.#talk.change(() => ({ agent }));
    this.#tell();
  }

  #setTyping(on: boolean): void {
    this.#stopTyping();
    this.#typing = on;
    if (on)
      this.#stopTyping = this.#ports.later(typingMs, () => {
        this.#typing = false;
        this.#tell();
      });
  }

  #offersMail({ said, left, agent, spoken }: Kept): boolean {
    if (this.#asking) return true;
    const last = said.at(-1);
    if (left !== null || !spoken || last?.by !== 'visitor' || last.at < this.#declined) return false;
    return agent === 'away' || this.#ports.now() - last.at >= this.#settings.mailAfterMs;
  }

  #planOffer(): void {
    this.#stopOffer();
    const last = this.#talk.read().said.at(-1);
    if (last?.by !== 'visitor') return;
    const left = last.at + this.#settings.mailAfterMs - this.#ports.now();
    if (left > 0) this.#stopOffer = this.#ports.later(left + 50, () => this.#tell());
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(null);
  }
}
