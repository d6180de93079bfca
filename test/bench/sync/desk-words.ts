import * as v from 'valibot';

/** Where a mailbox is: IMAP and SMTP on loopback, in plain text. */
const line = v.object({ port: v.number(), smtpPort: v.number(), user: v.string(), password: v.string() });

/** What the measuring process asks of the engine's process, one wish at a time. */
export const wish = v.variant('kind', [
  v.object({ kind: v.literal('open'), directory: v.string() }),
  /** Connects an account and waits until all of its mail is here and searchable. */
  v.object({ kind: v.literal('import'), line }),
  /** Connects accounts of which nothing is awaited but that they listen. */
  v.object({ kind: v.literal('connect'), lines: v.array(line) }),
  /** From now on the account is reached at another port. */
  v.object({ kind: v.literal('move'), line }),
  v.object({ kind: v.literal('pause') }),
  /** How long a new connection takes to be in step, in ms. */
  v.object({ kind: v.literal('resume') }),
  /** How long looking at everything takes on the connection at hand, in ms. */
  v.object({ kind: v.literal('look') }),
  /** Begins to wait for a message with this word, and says so; then says when it can be found. */
  v.object({ kind: v.literal('await'), word: v.string() }),
  /** Processor time over some seconds in which nobody asks for anything, in % of a core. */
  v.object({ kind: v.literal('idle'), seconds: v.number() }),
  v.object({ kind: v.literal('close') }),
]);

/** How an import went; times in s since the login was accepted, but `total` since it was asked for. */
const imported = v.object({
  kind: v.literal('imported'),
  first50: v.number(),
  here: v.number(),
  total: v.number(),
  messages: v.number(),
  cpuSeconds: v.number(),
  rssMiB: v.number(),
  /** The longest time for which the engine's loop did nothing else, ms. */
  stallMs: v.number(),
});

/** What it answers. Points in time are in ms UTC with fractions. */
export const word = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('done') }),
  imported,
  v.object({ kind: v.literal('took'), ms: v.number() }),
  v.object({ kind: v.literal('awaiting') }),
  v.object({ kind: v.literal('found'), at: v.number() }),
  v.object({ kind: v.literal('used'), percent: v.number(), rssMiB: v.number() }),
  v.object({ kind: v.literal('failed'), why: v.string() }),
]);

export type Wish = v.InferOutput<typeof wish>;
export type Word = v.InferOutput<typeof word>;
export type Line = v.InferOutput<typeof line>;
export type Imported = v.InferOutput<typeof imported>;
