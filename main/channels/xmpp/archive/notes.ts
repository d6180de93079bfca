import { nameOf, roomName } from '../map/message-names.ts';
import { withNotes } from '../map/noted.ts';
import { idOf, saidIn, writerOf } from '../map/said.ts';
import { bareJid, ns, resourceOf } from '../names.ts';
import type { Occupant } from '../rooms/join.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { attributeOf, childOf } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { StanzaError } from '../stream/failures.ts';
import { archivedIn } from './archive-item.ts';
import type { Archived } from './archive-item.ts';
import { readPage } from './archive-page.ts';

/** Whose archive is looked into. `occupant` is how a room knows us; null outside of rooms. */
export type Noting = {
  readonly connection: XmppConnection;
  readonly archive: string;
  readonly occupant: Occupant | null;
  readonly signal: AbortSignal;
};

type Left = { readonly at: number; readonly emojis: readonly string[] };

const mostRemembered = 5_000;
/** Questions to the archive for one page; a history full of reactions must not make an import crawl. */
const mostQuestions = 20;

const remember = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > mostRemembered ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
};

/** What one stream's session remembers of messages, to say what later ones mean. Losing it costs a question to the archive. */
export class Notes {
  /** Names of a room's messages by their place in its archive. */
  private readonly names = new Map<string, string>();
  /** The reactions that somebody has left on a message. */
  private readonly left = new Map<string, Left>();
  private questions = 0;

  /** Looks into one page, oldest first. */
  async note(results: readonly Element[], noting: Noting): Promise<readonly Element[]> {
    const { archive, connection } = noting;
    const inRoom = archive !== connection.own;
    this.questions = mostQuestions;
    if (inRoom) for (const result of results) this.learn(result, archive);
    const noted: Element[] = [];
    const together = new Map<string, number>();
    for (const result of results) {
      const archived = archivedIn(result);
      if (archived === null) continue;
      // What is said in a room is read from the room's own archive.
      const groupchat = attributeOf(archived.message, 'type') === 'groupchat';
      if (groupchat !== inRoom) continue;
      const order = orderAmong(together, archived);
      const ordered = order === 0 ? result : withNotes(result, { order });
      noted.push(...(await this.about(ordered, archived, noting)));
    }
    return noted;
  }

  private learn(result: Element, room: string): string | null {
    const archived = archivedIn(result);
    if (archived === null || saidIn(archived.message).kind !== 'words') return null;
    const { id: archiveId, message } = archived;
    const occupantId = idOf(childOf(message, 'occupant-id', ns.occupant));
    const name = roomName(room, { occupantId, id: idOf(message), archiveId });
    remember(this.names, archiveId, name);
    return name;
  }

  private async about(result: Element, archived: Archived, noting: Noting): Promise<readonly Element[]> {
    const { message } = archived;
    const said = saidIn(message);
    const { occupant, archive, connection } = noting;
    const inRoom = archive !== connection.own;
    const ours = inRoom && occupant !== null && isOurs(message, occupant);
    const plain = ours ? withNotes(result, { ours }) : result;
    if (said.kind !== 'reactions' && !(inRoom && said.kind === 'retraction')) return [plain];
    const about = inRoom ? await this.nameAt(said.id, noting) : null;
    const named = about === null ? plain : withNotes(plain, { about });
    return said.kind === 'reactions' ? this.changes(named, archived, said, noting) : [named];
  }

  /** The name of the message at a place in a room's archive. */
  private async nameAt(id: string, { connection, archive, signal }: Noting): Promise<string | null> {
    const known = this.names.get(id);
    if (known !== undefined || this.questions === 0) return known ?? null;
    this.questions -= 1;
    try {
      const page = await readPage(connection, archive, { kind: 'newest' }, 1, signal, { id });
      const found = page.results.find((one) => one.id === id);
      return found === undefined ? null : this.learn(found.result, archive);
    } catch (error) {
      if (error instanceof StanzaError) return null;
      throw error;
    }
  }

  /** A reaction names all that its sender leaves on a message (XEP-0444); what is told on is what came and what went. */
  private async changes(
    result: Element,
    archived: Archived,
    said: { readonly id: string; readonly emojis: readonly string[] },
    noting: Noting,
  ): Promise<readonly Element[]> {
    const at = archived.stampedAt ?? 0;
    const key = keyOf(archived.message, said.id);
    const known = this.left.get(key);
    const before =
      known !== undefined && known.at <= at ? known.emojis : await this.leftBefore(archived, said.id, noting);
    if (known === undefined || known.at <= at) remember(this.left, key, { at, emojis: said.emojis });
    const gone = before.filter((emoji) => !said.emojis.includes(emoji));
    return [
      ...gone.map((emoji, part) => withNotes(result, { emoji, on: false, part: `off${String(part)}` })),
      ...said.emojis.map((emoji, part) => withNotes(result, { emoji, on: true, part: `on${String(part)}` })),
    ];
  }

  private async leftBefore(
    archived: Archived,
    target: string,
    { connection, archive, signal }: Noting,
  ): Promise<readonly string[]> {
    if (this.questions === 0) return [];
    this.questions -= 1;
    const { message, id } = archived;
    const own = connection.own;
    const from = bareJid(attributeOf(message, 'from'));
    const peer = from === own ? bareJid(attributeOf(message, 'to')) : from;
    const filter = archive === own && peer !== null ? { with: peer } : {};
    try {
      const heard = id.startsWith(heardKey);
      const where = heard ? ({ kind: 'newest' } as const) : ({ kind: 'before', id } as const);
      const page = await readPage(connection, archive, where, 100, signal, filter);
      for (const { result } of page.results.toReversed()) {
        const earlier = archivedIn(result)?.message;
        const said = earlier === undefined ? null : saidIn(earlier);
        if (earlier === undefined || said?.kind !== 'reactions') continue;
        if (keyOf(earlier, said.id) === keyOf(message, target)) return said.emojis;
      }
      return [];
    } catch (error) {
      if (error instanceof StanzaError) return [];
      throw error;
    }
  }
}

/** How the keys of what was heard and never archived begin. */
export const heardKey = 'heard-';

/** Counts changes of one thing that the archive stamps with the same moment: Prosody's clock knows seconds, and people are faster. */
function orderAmong(together: Map<string, number>, { message, stampedAt }: Archived): number {
  const said = saidIn(message);
  if (said.kind !== 'correction' && said.kind !== 'reactions') return 0;
  const key = `${String(stampedAt)} ${said.kind} ${keyOf(message, said.id)}`;
  const before = together.get(key) ?? 0;
  together.set(key, before + 1);
  return before;
}

function keyOf(message: Element, target: string): string {
  const groupchat = attributeOf(message, 'type') === 'groupchat';
  const occupant = idOf(childOf(message, 'occupant-id', ns.occupant));
  const writer = groupchat ? (occupant ?? attributeOf(message, 'from')) : writerOf(message);
  return nameOf(writer ?? '', target);
}

// A message of ours as every client of this program names it; others in a room may copy an id, but not the room's word for who they are.
const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function isOurs(message: Element, occupant: Occupant): boolean {
  const occupantId = idOf(childOf(message, 'occupant-id', ns.occupant));
  if (occupantId !== null && occupant.occupantId !== null) return occupantId === occupant.occupantId;
  return resourceOf(attributeOf(message, 'from')) === occupant.nick && ourId.test(idOf(message) ?? '');
}
