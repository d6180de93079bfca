import { randomBytes } from 'node:crypto';
import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { EmulatedRequest } from '../http-emulator/http-emulator.ts';
import type { Habits } from './call.ts';
import { respond } from './routes.ts';
import { World } from './world.ts';
import type { EventFacts, StoredEvent, StoredRoom } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is asked when a message is sent. */
export const isSending = ({ method, url }: EmulatedRequest): boolean =>
  method === 'PUT' && url.pathname.includes('/send/');

/**
 * A Matrix homeserver on loopback, written from the published specification (spec.matrix.org, client-server API v1.11: sections "Client
 * authentication", "Syncing", "Getting events for a room", "Sending events", "Rooms", "Content repository", "Receipts", "Direct Messaging",
 * "Redactions", "Event replacements"). It refuses what a homeserver refuses, in its words; what is not used here is not there.
 */
export class EmulatedHomeserver {
  readonly world: World;
  readonly habits: Habits = {
    versions: ['v1.1', 'v1.2', 'v1.3', 'v1.4', 'v1.5', 'v1.6', 'v1.7', 'v1.8', 'v1.9', 'v1.10', 'v1.11'],
    tokenLife: null,
    maxUpload: 10 * 1024 * 1024,
    largestPage: 1_000,
    encryptsNewRooms: false,
  };
  readonly http: HttpEmulator;

  private constructor(world: World, http: (habits: () => Habits) => HttpEmulator) {
    this.world = world;
    this.http = http(() => this.habits);
  }

  static async start(name = 'home.test'): Promise<EmulatedHomeserver> {
    const world = new World(name);
    let habits: (() => Habits) | null = null;
    const http = await HttpEmulator.start(
      (request) => {
        if (habits === null) throw new Error('the server has not started');
        return respond(world, habits(), request);
      },
      () => ({
        status: 429,
        headers: { 'retry-after': '2' },
        json: { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests', retry_after_ms: 2_000 },
      }),
    );
    return new EmulatedHomeserver(world, (asked) => {
      habits = asked;
      return http;
    });
  }

  /** Makes a person on this server; answers their id. */
  person(name: string, displayname = name, password = 'secret'): string {
    const id = `@${name}:${this.world.name}`;
    this.world.people.set(id, { id, displayname, password, accountData: new Map() });
    return id;
  }

  /** A token for one device of a person, as if they had signed in. */
  tokenFor(user: string, device = 'TESTDEVICE'): string {
    const token = `syt_${user}_${device}_${String(this.world.tokens.size)}`;
    this.world.tokens.set(token, { user, device, expiresAt: null, state: 'good' });
    return token;
  }

  /** Ends all tokens of a person; `soft` keeps the device. */
  signOut(user: string, state: 'soft' | 'gone' = 'gone'): void {
    for (const token of this.world.tokens.values()) if (token.user === user) token.state = state;
  }

  /** A direct chat that the first of these people began; the others are in it, unless they are only invited. */
  direct(
    from: string,
    to: readonly string[],
    options: { readonly joined?: boolean; readonly id?: string } = {},
  ): StoredRoom {
    const room = this.world.newRoom(options.id);
    this.world.add(room, from, 'm.room.create', { room_version: '11' }, { state_key: '' });
    this.world.member(room, from, 'join');
    this.world.add(room, from, 'm.room.join_rules', { join_rule: 'invite' }, { state_key: '' });
    for (const user of to) {
      this.world.member(room, user, 'invite', from, { is_direct: true });
      if (options.joined !== false) this.world.member(room, user, 'join');
    }
    return room;
  }

  /** Somebody says something. */
  say(room: StoredRoom, from: string, body: string, more: Json = {}, facts: EventFacts = {}): StoredEvent {
    return this.world.add(room, from, 'm.room.message', { msgtype: 'm.text', body, ...more }, facts);
  }

  /** Somebody says a message anew. */
  edit(room: StoredRoom, from: string, event: string, body: string): StoredEvent {
    return this.say(room, from, `* ${body}`, {
      'm.new_content': { msgtype: 'm.text', body },
      'm.relates_to': { rel_type: 'm.replace', event_id: event },
    });
  }

  /** Somebody takes an event back. */
  redact(room: StoredRoom, from: string, event: string): StoredEvent {
    return this.world.add(room, from, 'm.room.redaction', { redacts: event });
  }

  /** Somebody reacts to an event. */
  react(room: StoredRoom, from: string, event: string, key: string): StoredEvent {
    return this.world.add(room, from, 'm.reaction', {
      'm.relates_to': { rel_type: 'm.annotation', event_id: event, key },
    });
  }

  /** Keeps a file; answers its `mxc://` address. */
  keep(id: string, bytes: Buffer, type: string): string {
    this.world.media.set(`${this.world.name}/${id}`, { bytes, type, name: null });
    return `mxc://${this.world.name}/${id}`;
  }

  /** Forgets every point in time that was ever told, as a server does that was set up from a copy. */
  forgetPoints(): void {
    this.world.epoch = randomBytes(3).toString('hex');
    this.world.tell();
  }

  async stop(): Promise<void> {
    this.world.tell();
    await this.http.stop();
  }
}
