import { createHash } from 'node:crypto';
import type { Inbound, RawItem, Unreadable } from '#main/channels/kit/inbound.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { connectedAccounts, ownAddresses } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';

/** One mail from a file, with what the file says about it. Times are ms UTC. */
export type ArchivedMail = {
  readonly bytes: Uint8Array;
  readonly partial: boolean;
  readonly size: number;
  readonly receivedAt: number | null;
  readonly seen: boolean;
  readonly answered: boolean;
  readonly folder: 'sent' | 'archive';
};

/** Where imported mail goes and whose it is. */
export type ImportOptions = {
  /** The channel that understands the files. */
  readonly channel: string;
  /** What the account that holds imported mail is called. */
  readonly label: string;
  /** Further addresses of ours, beside those of the connected accounts: they decide the direction of a mail. */
  readonly own: readonly string[];
  /** Told after each batch. */
  readonly progress: (done: Imported) => void;
  readonly signal: AbortSignal;
};

/** How many mails were read, how many of them were new, and how many could not be understood. */
export type Imported = { readonly read: number; readonly added: number; readonly quarantined: number };

type ImportWorkspace = Pick<Workspace, 'db' | 'writer' | 'parser' | 'clock'>;

/** Small enough that whoever waits for the writer waits some 30 ms; bytes bound the memory. */
const batchItems = 64;
const batchBytes = 8 * 1024 * 1024;

const folders = ['archive', 'sent'] as const;
/** Not an address, so no mail can come from it or go to it. */
const archiveAddress = 'imported';

const openArchive = async ({ db, writer }: ImportWorkspace, options: ImportOptions): Promise<AccountId> => {
  const known = connectedAccounts(db).find(
    ({ kind, address }) => kind === options.channel && address === archiveAddress,
  );
  if (known !== undefined) return known.id;
  const added = await writer.run('account.add', {
    account: {
      kind: options.channel,
      label: options.label,
      address: archiveAddress,
      senderName: '',
      settings: { archive: true },
      secrets: { kind: 'none' },
    },
    streams: folders.map((name) => ({ name, label: name, role: name, chosen: true })),
  });
  const id = added.ok ? added.value.id : added.failure.id;
  // It has no server: nobody is to look for one.
  await writer.run('account.pause', { id, paused: true });
  return id;
};

/** The same mail has the same key wherever it is found, so that importing a file again changes nothing. */
const asItem = (mail: ArchivedMail): RawItem => ({
  key: createHash('sha256').update(mail.bytes).digest('hex'),
  bytes: mail.bytes,
  partial: mail.partial,
  size: mail.size,
  receivedAt: mail.receivedAt,
  seen: mail.seen,
  answered: mail.answered,
});

class MailImport {
  readonly #workspace: ImportWorkspace;
  readonly #options: ImportOptions;
  readonly #account: AccountId;
  readonly #own: readonly string[];
  /** Folders of which something was taken in already. */
  readonly #begun = new Set<ArchivedMail['folder']>();
  #done: Imported = { read: 0, added: 0, quarantined: 0 };

  constructor(workspace: ImportWorkspace, options: ImportOptions, account: AccountId) {
    this.#workspace = workspace;
    this.#options = options;
    this.#account = account;
    this.#own = [
      ...ownAddresses(workspace.db, options.channel).filter((address) => address !== archiveAddress),
      ...options.own.map((address) => address.toLowerCase()),
    ];
  }

  get done(): Imported {
    return this.#done;
  }

  async take(mails: readonly ArchivedMail[]): Promise<void> {
    for (const folder of folders) {
      const items = mails.filter((mail) => mail.folder === folder).map(asItem);
      if (items.length > 0) await this.#ingest(folder, items, false);
    }
    this.#options.progress(this.#done);
  }

  /** The import has come to its end: what is imported later is not history any more. */
  async finish(): Promise<void> {
    for (const folder of folders) await this.#ingest(folder, [], true);
  }

  async #ingest(folder: ArchivedMail['folder'], items: readonly RawItem[], last: boolean): Promise<void> {
    const { parser, writer, clock } = this.#workspace;
    const { channel } = this.#options;
    const results = await parser.map(channel, items, {
      own: this.#own,
      streamRole: folder,
      trustedAuthserv: null,
      now: clock.now(),
    });
    const ingested = await writer.run(
      'ingest.batch',
      {
        account: this.#account,
        channel,
        stream: folder,
        role: folder,
        own: this.#own,
        items: items.map((item, index) => ({ ...item, result: results[index] ?? unanswered(item) })),
        changes: [],
        continues: this.#begun.has(folder),
        followed: !last,
        next: last ? {} : null,
        more: !last,
        onServer: null,
        remaining: last ? 0 : null,
        gap: null,
      },
      'background',
    );
    this.#begun.add(folder);
    this.#done = {
      read: this.#done.read + items.length,
      added: this.#done.added + ingested.added,
      quarantined: this.#done.quarantined + ingested.quarantined,
    };
  }
}

const unanswered = (item: RawItem): Inbound | Unreadable => ({
  kind: 'unreadable',
  key: item.key,
  reason: 'crashed',
});

/**
 * Takes mails from files into an account of their own that has no server, through the same parser and the same ingest
 * as mail from a server. Importing the same mails again changes nothing.
 */
export const importMails = async (
  workspace: ImportWorkspace,
  mails: AsyncIterable<ArchivedMail>,
  options: ImportOptions,
): Promise<Imported> => {
  const run = new MailImport(workspace, options, await openArchive(workspace, options));
  let batch: ArchivedMail[] = [];
  let bytes = 0;
  for await (const mail of mails) {
    options.signal.throwIfAborted();
    batch.push(mail);
    bytes += mail.bytes.byteLength;
    if (batch.length < batchItems && bytes < batchBytes) continue;
    await run.take(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) await run.take(batch);
  await run.finish();
  return run.done;
};
