/** One mail found in a file, with what the file says about it beside its bytes. */
export type FoundMail = {
  readonly bytes: Uint8Array;
  /** True when the mail was longer than the reader keeps and `bytes` is only its beginning. */
  readonly partial: boolean;
  /** Size of the whole mail in bytes. */
  readonly size: number;
  /** When it was delivered, in ms UTC, where the file says so. */
  readonly receivedAt: number | null;
  readonly seen: boolean;
  readonly answered: boolean;
  /** Whether the folder it lies in holds what its owner sent. */
  readonly folder: 'sent' | 'archive';
};

/** Why a path could not be read as mail; `cli.import.<kind>` says it in words. */
export class MailFileError extends Error {
  readonly kind: 'absent' | 'not-mail' | 'unreadable-file';
  readonly path: string;

  constructor(kind: 'absent' | 'not-mail' | 'unreadable-file', path: string, cause?: unknown) {
    super(`${kind}: ${path}`, { cause });
    this.name = 'MailFileError';
    this.kind = kind;
    this.path = path;
  }
}

/** What the mails of a path add up to beside the mails themselves: those their owner had thrown away. */
export type LeftOut = { deleted: number };

const sentNames = new Set([
  'sent',
  'sent items',
  'sent mail',
  'sent messages',
  'sent-mail',
  'gesendet',
  'gesendete elemente',
  'gesendete objekte',
  'envoyes',
  'envoyés',
  'enviados',
  'inviata',
  'posta inviata',
  'отправленные',
]);

/** Says by the name of a file or folder, without its ending, whether it holds what its owner sent. */
export const folderOf = (name: string): FoundMail['folder'] => {
  const last = name
    .replace(/\.(mbox|mbx|sbd|eml)$/i, '')
    .split(/[./\\]/)
    .at(-1);
  return sentNames.has((last ?? '').trim().toLowerCase()) ? 'sent' : 'archive';
};
