import { views } from '#shared/contract/conversations.ts';
import type { ConversationRow, TimelineItem, View } from '#shared/contract/conversations.ts';
import type { SearchAnswer, SearchHit, Segment } from '#shared/contract/search.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import { eventValues } from '#shared/messages/event-values.ts';
import type { Words } from '#shared/messages/format.ts';
import { formatSize } from '#shared/messages/sizes.ts';
import { createTimes } from '#shared/messages/times.ts';
import type { Headless } from '#main/engine/host/headless.ts';
import { usageFailure } from '../exit.ts';
import { oneLine, printable, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';
import { findAccount } from './accounts.ts';

/** The most that one call answers. */
const pageSize = 200;

/** The id as it was typed; whether there is such a conversation the engine says. */
export const conversationIdOf = (text: string): ConversationId => text.trim().toLowerCase() as ConversationId;

const isView = (text: string): text is View => views.some((view) => view === text);

const rowCells = (words: Words, row: ConversationRow, now: number): readonly string[] => {
  const times = createTimes(words.locale);
  const waits = row.waitingSince === null ? '' : times.length(now - row.waitingSince);
  return [
    row.id,
    words.of(`cli.status.${row.status}-${row.turn}`, { length: waits }, 'cli.status.other'),
    times.short(row.lastAt, now),
    row.customer.name === '' ? row.customer.address : row.customer.name,
    `${row.unread > 0 ? '* ' : ''}${row.subject === '' ? words('word.no-subject') : row.subject}`,
  ];
};

const columnLimits = [null, null, null, 28, 70] as const;

/** `list`: the conversations of a queue. */
export const list = async (
  { engine, terminal, signal }: OpenRun,
  options: { readonly view: string; readonly account?: string | undefined; readonly limit: number },
): Promise<void> => {
  const { view } = options;
  if (!isView(view)) throw usageFailure('cli.usage.view', { view, views: views.join(', ') });
  const account = options.account === undefined ? null : (await findAccount(engine, options.account)).id;
  const rows = await listRows(engine, { view, account }, options.limit, signal);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ conversations: rows }));
    return;
  }
  const now = Date.now();
  for (const line of table(
    rows.map((row) => rowCells(terminal.words, row, now)),
    columnLimits,
  )) {
    if (terminal.readerGone()) return;
    await terminal.out(line);
  }
  if (rows.length === 0) terminal.note(terminal.words('cli.list.empty'));
};

const listRows = async (
  engine: Headless,
  query: { readonly view: View; readonly account: AccountId | null },
  limit: number,
  signal: AbortSignal,
): Promise<readonly ConversationRow[]> => {
  const rows: ConversationRow[] = [];
  let after: string | null = null;
  while (rows.length < limit && !signal.aborted) {
    const page: { readonly rows: readonly ConversationRow[]; readonly next: string | null } = accepted(
      await engine.call('conversation.list', {
        query,
        after,
        limit: Math.min(pageSize, limit - rows.length),
      }),
    );
    rows.push(...page.rows);
    after = page.next;
    if (after === null) break;
  }
  return rows;
};

/** All entries of a conversation's timeline, oldest first. */
const wholeTimeline = async (engine: Headless, id: ConversationId): Promise<readonly TimelineItem[]> => {
  const pages: (readonly TimelineItem[])[] = [];
  let before: string | null = null;
  do {
    const page: { readonly items: readonly TimelineItem[]; readonly earlier: string | null } = accepted(
      await engine.call('conversation.timeline', { id, before, limit: pageSize }),
    );
    pages.unshift(page.items);
    before = page.earlier;
  } while (before !== null);
  return pages.flat();
};

const person = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  oneLine(name === '' ? address : `${name} <${address}>`);

const itemLines = (words: Words, item: TimelineItem): readonly string[] => {
  const times = createTimes(words.locale);
  if (item.kind === 'event') {
    const hearer = { me: null, you: '', time: times.full };
    const said = words.of(`event.${item.event}`, eventValues(item, hearer), 'cli.show.event');
    return [`--- ${times.full(item.at)}: ${oneLine(said)}`, ''];
  }
  const delivery =
    item.delivery === null ? [] : [words.of(`cli.delivery.${item.delivery.kind}`, {}, 'cli.delivery.other')];
  const files = item.attachments.map(({ name, mimeType, size }) =>
    words('cli.show.file', {
      name: oneLine(name),
      type: oneLine(mimeType),
      size: formatSize(size, words.locale),
    }),
  );
  return [
    words('cli.show.from', { person: person(item.from), time: times.full(item.at) }),
    words('cli.show.to', { people: [...item.to, ...item.cc].map(person).join(', ') }),
    ...delivery,
    '',
    printable(item.text).trimEnd(),
    ...(files.length === 0 ? [] : ['', ...files]),
    '',
  ];
};

/** `show`: one conversation from its first word to its last. */
export const show = async ({ engine, terminal }: OpenRun, idText: string): Promise<void> => {
  const id = conversationIdOf(idText);
  const { words } = terminal;
  const detail = accepted(await engine.call('conversation.get', { id }));
  const items = await wholeTimeline(engine, id);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ conversation: detail, items }));
    return;
  }
  await terminal.out(oneLine(detail.subject === '' ? words('word.no-subject') : detail.subject));
  await terminal.out(
    words('cli.show.customer', { person: person(detail.customer), status: detail.status, id: detail.id }),
  );
  await terminal.out('');
  for (const item of items) {
    if (terminal.readerGone()) return;
    await terminal.out(itemLines(words, item).join('\n'));
  }
};

const segmentText = (segments: readonly Segment[]): string =>
  segments.map(({ text, match }) => (match ? `[${text}]` : text)).join('');

/** `search`: conversations by their newest matching message. */
export const search = async (
  { engine, terminal, signal }: OpenRun,
  text: string,
  options: { readonly limit: number },
): Promise<void> => {
  const hits: SearchHit[] = [];
  let after: string | null = null;
  let notYetIndexed = 0;
  let ignored: readonly string[] = [];
  while (hits.length < options.limit && !signal.aborted) {
    const limit = Math.min(pageSize, options.limit - hits.length);
    const found: SearchAnswer = accepted(await engine.call('search.run', { text, after, limit }));
    hits.push(...found.hits);
    ({ notYetIndexed, ignored, next: after } = found);
    if (after === null) break;
  }
  if (terminal.json) {
    await terminal.out(JSON.stringify({ hits, notYetIndexed, ignored }));
    return;
  }
  await printHits(terminal.words, hits, (line) => terminal.out(line), terminal.readerGone);
  if (hits.length === 0) terminal.note(terminal.words('cli.search.empty'));
  for (const what of ignored) terminal.note(terminal.words('cli.search.ignored', { what: oneLine(what) }));
  if (notYetIndexed > 0) terminal.note(terminal.words('cli.search.behind', { count: notYetIndexed }));
};

const printHits = async (
  words: Words,
  hits: readonly SearchHit[],
  out: (line: string) => Promise<void>,
  gone: () => boolean,
): Promise<void> => {
  const times = createTimes(words.locale);
  const now = Date.now();
  for (const hit of hits) {
    if (gone()) return;
    const head = [hit.row.id, times.short(hit.at, now), hit.from, segmentText(hit.subject)];
    await out(head.map(oneLine).join('  '));
    const excerpt = oneLine(segmentText(hit.excerpt));
    if (excerpt !== '') await out(`    ${excerpt}`);
  }
};

/** `done` and `reopen`: says of conversations that nothing, or something, is left to do. */
export const setDone = async (
  { engine, terminal }: OpenRun,
  ids: readonly string[],
  done: boolean,
): Promise<void> => {
  const input = { ids: ids.map(conversationIdOf) };
  // A conversation that is not there is told before anything is changed.
  for (const id of input.ids) accepted(await engine.call('conversation.get', { id }));
  const answer = accepted(
    done ? await engine.call('conversation.resolve', input) : await engine.call('conversation.reopen', input),
  );
  if (terminal.json) await terminal.out(JSON.stringify({ changed: answer.done }));
  else await terminal.out(terminal.words(done ? 'cli.done' : 'cli.reopened', { count: answer.done }));
};
