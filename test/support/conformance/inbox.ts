import type { Batch, Channel, Cursor, Session } from '#main/channels/kit/channel.ts';
import type { RawItem, StreamRole, Understood } from '#main/channels/kit/inbound.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { textColumns, unpackText } from '#main/engine/store/packed-text.ts';
import type { StoredText } from '#main/engine/store/packed-text.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { makeWorkspace } from '../store/workspace.ts';
import type { TestWorkspace } from '../store/workspace.ts';

/** What a pull may bring in the suite. */
export type PullLimits = { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean };

const usual: PullLimits = { maxItems: 100, maxBytes: 8 * 1024 * 1024, check: false };

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

const isCursor = (value: unknown): value is Cursor => typeof value === 'object' && value !== null;

/** A cursor as it comes back from the database. */
export const savedCursor = (cursor: Cursor): Cursor => {
  const saved: unknown = JSON.parse(JSON.stringify(cursor));
  if (!isCursor(saved)) throw new Error('a cursor is an object');
  return saved;
};

/** Understands one item as the parser thread does: the result must survive the way between threads. */
export const understood = (
  channel: Channel,
  item: RawItem,
  own: readonly string[],
  {
    streamRole = 'inbox',
    now = Date.now(),
  }: { readonly streamRole?: StreamRole; readonly now?: number } = {},
): Understood => structuredClone(channel.mapper.map(item, { own, streamRole, trustedAuthserv: null, now }));

/** A real encrypted store that takes what one stream of a channel brings, as the engine does. */
export class ConformanceInbox {
  readonly stream: string;
  cursor: Cursor | null = null;
  private readonly channel: Channel;
  private readonly own: string;
  private readonly workspace: TestWorkspace;
  private readonly account: AccountId;

  constructor(channel: Channel, own: string, stream: string) {
    this.channel = channel;
    this.own = own;
    this.stream = stream;
    this.workspace = makeWorkspace();
    this.workspace.clock.now = Date.now();
    this.account = this.workspace.addAccount(own, [stream]);
  }

  pull(session: Session, limits: Partial<PullLimits> = {}, signal = never()): Promise<Batch> {
    return session.pull(this.stream, this.cursor, { ...usual, ...limits }, signal);
  }

  /** Commits a batch with its cursor. */
  take(batch: Batch): void {
    this.workspace.ingest({
      ...batch,
      account: this.account,
      channel: this.channel.profile.kind,
      stream: this.stream,
      own: [this.own],
      items: batch.items.map((item) => this.parsed(item)),
    });
    this.cursor = savedCursor(batch.next);
  }

  /** Pulls and commits until there is no more. */
  async catchUp(session: Session, limits: Partial<PullLimits> = {}): Promise<readonly Batch[]> {
    const batches: Batch[] = [];
    for (;;) {
      const batch = await this.pull(session, limits);
      this.take(batch);
      batches.push(batch);
      if (!batch.more) return batches;
    }
  }

  /** The texts that are here, sorted. */
  texts(): readonly string[] {
    return this.workspace.reader
      .all<StoredText>(`SELECT ${textColumns} FROM message_text t`)
      .map(unpackText)
      .sort();
  }

  /** Everything that a replay could change, one line a fact. */
  facts(): readonly string[] {
    return [
      ...this.column("SELECT id || ' ' || direction || ' ' || at || ' ' || seen AS it FROM message"),
      ...this.column("SELECT item || ' ' || seq || ' ' || seen || ' ' || answered AS it FROM location"),
      ...this.column("SELECT 'quarantined' AS it FROM quarantine"),
      ...this.column('SELECT count(*) AS it FROM event'),
      ...this.groups(),
    ];
  }

  /** The ids of messages, and which of them stand in one conversation. */
  identities(): readonly string[] {
    return [...this.column('SELECT id AS it FROM message'), ...this.groups()];
  }

  close(): void {
    this.workspace.close();
  }

  private groups(): readonly string[] {
    return this.column(
      `SELECT group_concat(id, ' ') AS it FROM (SELECT id, conversation_num FROM message ORDER BY id)
       GROUP BY conversation_num`,
    );
  }

  private column(sql: string): readonly string[] {
    return this.workspace.reader
      .all<{ it: string | number }>(sql)
      .map(({ it }) => String(it))
      .sort();
  }

  private parsed(item: RawItem): ParsedItem {
    const { key, seen, answered, partial, size, bytes } = item;
    return { key, seen, answered, partial, size, bytes, result: understood(this.channel, item, [this.own]) };
  }
}
