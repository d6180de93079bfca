import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Draft, DraftEdit, OutboxRow, Peer } from '#shared/contract/compose.ts';
import type { ConversationId, OutboxId } from '#shared/kit/brand.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import { oneLine } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, refusalFailure } from '../say.ts';
import { readTextFile } from '../terminal.ts';
import { accountRows, findAccount } from './accounts.ts';
import { conversationIdOf } from './conversations.ts';
import { fileWithinMs } from './sync.ts';

/** What is written, and how it goes out. */
export type WritingOptions = {
  readonly text?: string | undefined;
  readonly textFile?: string | undefined;
  readonly attach: readonly string[];
  readonly now?: boolean | undefined;
  readonly resolve?: boolean | undefined;
  readonly from?: string | undefined;
  /** How long to wait for it to leave, in seconds. */
  readonly wait: number;
};

/** A text as the editor would have it: a paragraph for each, a break for each line. */
export const textAsHtml = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => {
      const escaped = paragraph.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      return `<p>${escaped.replaceAll('\n', '<br>')}</p>`;
    })
    .join('');

/** `Name <address>` or an address. */
export const asPeer = (text: string): Peer => {
  const match = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(text);
  return match === null
    ? { name: '', address: text.trim() }
    : { name: (match[1] ?? '').replace(/^"(.*)"$/, '$1'), address: (match[2] ?? '').trim() };
};

const writtenText = async ({ terminal }: OpenRun, options: WritingOptions): Promise<string> => {
  if (options.text !== undefined && options.textFile !== undefined)
    throw usageFailure('cli.usage.text-twice');
  const text = options.textFile === undefined ? options.text : await readTextFile(options.textFile, terminal);
  if (text === undefined || text.trim() === '') throw usageFailure('cli.usage.text');
  return text;
};

/** Files that are to go along; one that is not there ends the command before anything is begun. */
const checkFiles = async (paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    const readable = await access(path, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!readable) throw usageFailure('cli.file.absent', { path });
  }
};

/** Text and files are read before a draft is begun, so that a wrong name leaves nothing behind. */
const prepare = async (run: OpenRun, options: WritingOptions): Promise<string> => {
  await checkFiles(options.attach);
  return textAsHtml(await writtenText(run, options));
};

/** Fills a draft and sends it; the draft is thrown away when it cannot be sent. */
const sendDraft = async (
  { engine, signal }: OpenRun,
  draft: Draft,
  edit: DraftEdit,
  options: WritingOptions & { readonly seenRev: number | null },
): Promise<{ readonly outbox: OutboxId; readonly conversation: ConversationId }> => {
  try {
    accepted(await engine.call('draft.save', { id: draft.id, edit }));
    if (options.attach.length > 0) accepted(await engine.attachFiles(draft.id, options.attach));
    signal.throwIfAborted();
    return accepted(
      await engine.call('draft.send', {
        id: draft.id,
        seenRev: options.seenRev,
        resolve: options.resolve === true,
        ...(options.now === true ? { now: true } : {}),
      }),
    );
  } catch (error) {
    await engine.call('draft.discard', { id: draft.id });
    throw error;
  }
};

const pollMs = 100;

const rowOf = async ({ engine }: OpenRun, outbox: OutboxId): Promise<OutboxRow | undefined> =>
  accepted(await engine.call('outbox.list', {})).rows.find(({ id }) => id === outbox);

const outcomeFailure = (run: OpenRun, row: OutboxRow): CliFailure => {
  const { words } = run.terminal;
  const said = row.failure?.said ?? null;
  const why = words.of(`delivery.failure.${row.failure?.kind ?? 'unknown'}`, {}, 'delivery.failure.unknown');
  const facts = { facts: { outbox: row.id, state: row.state, failure: row.failure } };
  const values = { id: row.id, why: said === null ? why : `${why} (${oneLine(said)})` };
  return row.state === 'unknown'
    ? new CliFailure(exitCodes.failed, 'outcome-unknown', 'cli.send.unknown', values, facts)
    : new CliFailure(exitCodes.server, 'not-sent', 'cli.send.failed', values, facts);
};

const waitUntilGone = async (
  run: OpenRun,
  sent: { readonly outbox: OutboxId; readonly conversation: ConversationId },
  waitMs: number,
): Promise<void> => {
  const until = performance.now() + waitMs;
  for (;;) {
    const row = await rowOf(run, sent.outbox);
    if (row?.state === 'failed' || row?.state === 'unknown') throw outcomeFailure(run, row);
    // The list has everything that has not simply left.
    if (row === undefined || row.state === 'sent') break;
    if (performance.now() > until || run.signal.aborted) {
      throw new CliFailure(exitCodes.server, 'still-waiting', 'cli.send.waiting', { id: sent.outbox });
    }
    await delay(pollMs);
  }
  await run.engine.filed(fileWithinMs, run.signal);
};

const saySent = async (
  { terminal }: OpenRun,
  sent: { readonly outbox: OutboxId; readonly conversation: ConversationId },
): Promise<void> => {
  if (terminal.json) await terminal.out(JSON.stringify({ sent: true, ...sent }));
  else await terminal.out(terminal.words('cli.send.sent', { conversation: sent.conversation }));
};

/** `reply`: answers the newest message of a conversation and waits until the answer has left. */
export const reply = async (
  run: OpenRun,
  idText: string,
  options: WritingOptions & { readonly all?: boolean | undefined },
): Promise<void> => {
  const { engine, terminal } = run;
  const conversation = conversationIdOf(idText);
  const html = await prepare(run, options);
  const detail = accepted(await engine.call('conversation.get', { id: conversation }));
  if (detail.draftContent !== null) {
    throw new CliFailure(exitCodes.refused, 'draft-there', 'cli.send.draft-there', { id: conversation });
  }
  const draft = accepted(
    await engine.call('draft.start', {
      conversation,
      message: detail.lastMessage,
      mode: options.all === true ? 'reply-all' : 'reply',
      account: null,
    }),
  );
  const { to, cc, bcc, subject, quote } = draft;
  const account = options.from === undefined ? draft.account : (await findAccount(engine, options.from)).id;
  const edit = { account, to: [...to], cc: [...cc], bcc: [...bcc], subject, html, quote, plain: false };
  const sent = await sendDraft(run, draft, edit, { ...options, seenRev: detail.rev });
  terminal.note(
    terminal.words('cli.send.queued', { people: to.map(({ address }) => oneLine(address)).join(', ') }),
  );
  await waitUntilGone(run, sent, options.wait * 1_000);
  await saySent(run, sent);
};

/** `send`: writes to somebody anew. */
export const send = async (
  run: OpenRun,
  options: WritingOptions & {
    readonly to: readonly string[];
    readonly cc: readonly string[];
    readonly bcc: readonly string[];
    readonly subject: string;
  },
): Promise<void> => {
  const { engine } = run;
  const html = await prepare(run, options);
  const account =
    options.from === undefined
      ? ((await accountRows(engine)).find(({ health }) => health.kind !== 'paused') ?? null)
      : await findAccount(engine, options.from);
  if (account === null) throw refusalFailure({ kind: 'no-account' });
  const draft = accepted(
    await engine.call('draft.start', { conversation: null, message: null, mode: 'new', account: account.id }),
  );
  const edit = {
    account: account.id,
    to: options.to.map(asPeer),
    cc: options.cc.map(asPeer),
    bcc: options.bcc.map(asPeer),
    subject: options.subject,
    html,
    quote: false,
    plain: false,
  };
  const sent = await sendDraft(run, draft, edit, { ...options, seenRev: null });
  await waitUntilGone(run, sent, options.wait * 1_000);
  await saySent(run, sent);
};
