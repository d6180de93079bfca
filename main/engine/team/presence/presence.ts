import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import type { Clock } from '#shared/kit/ports.ts';
import type { TeamCall } from '../credentials/login-share.ts';
import type { TeamPresence } from '../wire.ts';

/** Who was not heard of for so long looks at nothing any more, in ms. */
const expiresMs = 30_000;
/** What is looked at here is said again this often, for as long as the page says so. */
const renewEveryMs = 12_000;
/** At most one notice in this time goes out: people click through lists. */
const sayGapMs = 1_000;
/** Nobody types for longer than this without a further key. */
const typingMs = 8_000;
/** A page that has said nothing for so long has left its desk. */
const awayMs = 10 * 60_000;
/** A team has some hundred devices; whoever sends more notices than that is not believed. */
const mostDevices = 1_000;

type Looking = { readonly conversation: ConversationId; readonly typing: boolean };
type Seen = { readonly presence: TeamPresence; readonly heardAt: number };

/** What presence needs from its place. */
export type PresencePorts = {
  readonly clock: Clock;
  /** This device's id in the team. */
  readonly device: string;
  readonly member: MemberId;
  readonly line: () => TeamCall | null;
  /** Others look at this conversation, or no longer do. */
  readonly changed: (conversation: ConversationId) => void;
};

/** A colleague who looks at a conversation. */
export type PresentColleague = { readonly member: MemberId; readonly typing: boolean };

/**
 * Who looks at which conversation and who types, as hints that come and go: nothing of it is written down here, and what is not said
 * again within half a minute is forgotten.
 */
export class Presence {
  readonly #ports: PresencePorts;
  readonly #seen = new Map<string, Seen>();
  #looking: Looking | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  #saidAt = Number.NEGATIVE_INFINITY;
  #said = '';
  #timer: NodeJS.Timeout | null = null;
  #expiry: NodeJS.Timeout | null = null;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** The page says what is looked at; null for nothing. */
  present(conversation: ConversationId | null, typing: boolean): void {
    this.#toldAt = this.#ports.clock.monotonic();
    this.#looking = conversation === null ? null : { conversation, typing };
    this.#plan();
  }

  /** A notice of a colleague's device. */
  heard(presence: TeamPresence): void {
    const { device, clock } = this.#ports;
    if (presence.device === device) return;
    const before = this.#seen.get(presence.device)?.presence ?? null;
    // Notices may overtake each other; the server's clock tells which is newer.
    if (before !== null && presence.at < before.at) return;
    if (before === null && this.#seen.size >= mostDevices) return;
    if (presence.conversation === null || presence.doing === null) this.#seen.delete(presence.device);
    else this.#seen.set(presence.device, { presence, heardAt: clock.monotonic() });
    if (before?.conversation === presence.conversation && before.doing === presence.doing) return;
    for (const one of new Set([before?.conversation ?? null, presence.conversation])) {
      if (one !== null) this.#ports.changed(one);
    }
    this.#watch();
  }

  /** Colleagues who look at a conversation now, each once, without the person here. */
  of(conversation: ConversationId): readonly PresentColleague[] {
    const { clock, member } = this.#ports;
    const now = clock.monotonic();
    const found = new Map<MemberId, boolean>();
    for (const { presence, heardAt } of this.#seen.values()) {
      if (presence.conversation !== conversation || presence.member === member) continue;
      if (now - heardAt >= expiresMs) continue;
      const typing = presence.doing === 'typing';
      found.set(presence.member, typing || (found.get(presence.member) ?? false));
    }
    return [...found].map(([one, typing]) => ({ member: one, typing }));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#seen.clear();
  }

  #now(): Looking | null {
    const looking = this.#looking;
    if (looking === null) return null;
    const since = this.#ports.clock.monotonic() - this.#toldAt;
    if (since >= awayMs) return null;
    return looking.typing && since >= typingMs ? { ...looking, typing: false } : looking;
  }

  #plan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const now = this.#ports.clock.monotonic();
    const is = JSON.stringify(this.#now());
    // Nobody who looks at nothing says so twice.
    const isQuiet = is === this.#said && this.#looking === null;
    if (isQuiet) return;
    const due =
      is === this.#said
        ? Math.min(
            this.#saidAt + renewEveryMs,
            this.#looking?.typing === true ? this.#toldAt + typingMs : Infinity,
          )
        : this.#saidAt + sayGapMs;
    this.#timer = setTimeout(() => this.#say(), Math.max(0, due - now));
    this.#timer.unref();
  }

  #say(): void {
    const looking = this.#now();
    if (looking === null) this.#looking = null;
    this.#said = JSON.stringify(looking);
    this.#saidAt = this.#ports.clock.monotonic();
    const doing = looking === null ? null : looking.typing ? 'typing' : 'looking';
    const call = this.#ports.line();
    // A hint that is lost is said again soon.
    call?.('presence', [looking?.conversation ?? null, doing]).catch(() => undefined);
    this.#plan();
  }

  /** Says at its time that somebody was not heard of any more. */
  #watch(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    const now = this.#ports.clock.monotonic();
    const next = Math.min(...[...this.#seen.values()].map(({ heardAt }) => heardAt + expiresMs - now));
    if (!Number.isFinite(next)) return;
    this.#expiry = setTimeout(
      () => {
        const at = this.#ports.clock.monotonic();
        for (const [device, { presence, heardAt }] of this.#seen) {
          if (at - heardAt < expiresMs) continue;
          this.#seen.delete(device);
          if (presence.conversation !== null) this.#ports.changed(presence.conversation);
        }
        this.#watch();
      },
      Math.max(0, next) + 5,
    );
    this.#expiry.unref();
  }
}
