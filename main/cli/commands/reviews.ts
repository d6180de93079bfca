import type { Review } from '#shared/contract/reviews.ts';
import type { ReviewId } from '#shared/kit/brand.ts';
import { createTimes } from '#shared/messages/times.ts';
import { usageFailure } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, refusalFailure } from '../say.ts';
import { readTextFile } from '../terminal.ts';
import { textAsHtml } from './compose.ts';
import { conversationIdOf } from './conversations.ts';
import { memberOf } from './ownership.ts';

/** `review ask`: shows the draft of a conversation to colleagues as it is now. */
export const askReview = async (
  { engine, terminal }: OpenRun,
  id: string,
  options: { readonly of: readonly string[]; readonly note?: string },
): Promise<void> => {
  if (options.of.length === 0) throw usageFailure('cli.usage.review-of');
  const { draftContent } = accepted(await engine.call('conversation.get', { id: conversationIdOf(id) }));
  if (draftContent === null) throw refusalFailure({ kind: 'draft-gone' });
  const of: Review['by']['id'][] = [];
  for (const who of options.of) of.push((await memberOf(engine, who)).id);
  const asked = accepted(
    await engine.call('review.ask', { draft: draftContent.id, of, note: options.note ?? '' }),
  );
  await terminal.out(
    terminal.json ? JSON.stringify(asked) : terminal.words('cli.review.asked', { count: of.length }),
  );
};

/** The open review that is meant: the one with this id, or the only one that fits. */
const reviewOf = async (
  { engine }: OpenRun,
  conversation: ReturnType<typeof conversationIdOf>,
  id: string | undefined,
  fits: (review: Review) => boolean,
): Promise<ReviewId> => {
  if (id !== undefined) return id.trim().toLowerCase() as ReviewId;
  const { reviews } = accepted(await engine.call('review.get', { conversation }));
  const [only, ...more] = reviews.filter(fits);
  if (more.length > 0) throw usageFailure('cli.usage.review-which');
  if (only === undefined) throw refusalFailure({ kind: 'review-gone' });
  return only.id;
};

/** `review give`: says that an answer is good as it is, or what should be changed. */
export const giveReview = async (
  run: OpenRun,
  id: string,
  options: {
    readonly good?: true;
    readonly changes?: true;
    readonly note?: string;
    readonly textFile?: string;
    readonly review?: string;
  },
): Promise<void> => {
  if ((options.good === true) === (options.changes === true)) throw usageFailure('cli.usage.review-give');
  const { engine, terminal } = run;
  const html =
    options.textFile === undefined ? null : textAsHtml(await readTextFile(options.textFile, terminal));
  const conversation = conversationIdOf(id);
  const review = await reviewOf(run, conversation, options.review, ({ isMine }) => !isMine);
  const verdict = options.good === true ? 'good' : 'changes';
  const said = { conversation, review, verdict, note: options.note ?? '', html } as const;
  accepted(await engine.call('review.give', said));
  await terminal.out(
    terminal.json ? JSON.stringify({ review, verdict }) : terminal.words('cli.review.given'),
  );
};

/** `review withdraw`: nobody has to look at one's answer any more. */
export const withdrawReview = async (
  run: OpenRun,
  id: string,
  options: { readonly review?: string },
): Promise<void> => {
  const { engine, terminal } = run;
  const conversation = conversationIdOf(id);
  const review = await reviewOf(run, conversation, options.review, ({ isMine }) => isMine);
  accepted(await engine.call('review.withdraw', { conversation, review }));
  await terminal.out(terminal.json ? JSON.stringify({ review }) : terminal.words('review.withdrawn'));
};

/** `review list`: open reviews that one asked for or was asked for. */
export const listReviews = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { rows } = accepted(await engine.call('review.list', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ reviews: rows }));
    return;
  }
  const { words } = terminal;
  const times = createTimes(words.locale);
  const lines = rows.map(({ conversation, by, of, at, customer, note, given }) => [
    conversation,
    words('cli.review.line', {
      name: oneLine(by.name),
      names: oneLine(of.map(({ name }) => name).join(', ')),
    }),
    times.full(at),
    oneLine(customer),
    given.map((one) => words(`review.verdict.${one.verdict}`, { name: oneLine(one.by.name) })).join('; '),
    oneLine(note),
  ]);
  for (const line of table(lines, [null, 60, null, 40, 80, 100])) await terminal.out(line);
};
