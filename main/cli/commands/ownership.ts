import type { Member } from '#shared/contract/ownership.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { ConversationId, FollowUpId, MessageId } from '#shared/kit/brand.ts';
import { createTimes } from '#shared/messages/times.ts';
import type { Headless } from '#main/engine/host/headless.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, refusalFailure } from '../say.ts';
import { conversationIdOf } from './conversations.ts';
import { timeOf } from './follow-ups.ts';

/** The member meant by an id or by the beginning of a name; fails where it is nobody or several. */
export const memberOf = async (engine: Headless, text: string): Promise<Member> =>
  memberAmong(accepted(await engine.call('member.list', {})).members, text);

/** The same among these members. */
export const memberAmong = (members: readonly Member[], text: string): Member => {
  const wanted = text.trim().toLowerCase();
  const named = members.filter(
    ({ id, name, gone }) => id === text || (!gone && wanted !== '' && name.toLowerCase().startsWith(wanted)),
  );
  const exact = named.filter(({ id, name }) => id === text || name.toLowerCase() === wanted);
  const [only, ...more] = exact.length > 0 ? exact : named;
  if (only !== undefined && more.length === 0) return only;
  throw new CliFailure(
    exitCodes.refused,
    only === undefined ? 'member-gone' : 'member-unclear',
    only === undefined ? 'cli.member.nobody' : 'cli.member.several',
    { who: oneLine(text) },
    { lines: only === undefined ? [] : named.map(({ id, name }) => oneLine(`${id}  ${name}`)) },
  );
};

/** Ids that are all there: one that is not is told before anything is changed. */
export const thereOf = async (
  engine: Headless,
  texts: readonly string[],
): Promise<{ readonly ids: ConversationId[] }> => {
  const ids = texts.map(conversationIdOf);
  for (const id of ids) accepted(await engine.call('conversation.get', { id }));
  return { ids };
};

const sayUndo = async (
  { terminal }: OpenRun,
  facts: Readonly<Record<string, unknown>> & { readonly undo: string },
  count: number,
): Promise<void> => {
  await terminal.out(
    terminal.json ? JSON.stringify(facts) : terminal.words('cli.changed', { count, undo: facts.undo }),
  );
};

/** Says what changed and how to take it back; what was refused ends the command with why, after the rest was done. */
export const sayChanged = async (run: OpenRun, { done, undo, refused }: Changed): Promise<void> => {
  const [first] = refused;
  if (first === undefined || done > 0) await sayUndo(run, { changed: done, undo, refused }, done);
  if (first !== undefined) throw refusalFailure(first.why);
};

/** `claim`: takes conversations that nobody owns. */
export const claim = async (run: OpenRun, ids: readonly string[]): Promise<void> => {
  const input = await thereOf(run.engine, ids);
  await sayChanged(run, accepted(await run.engine.call('conversation.claim', input)));
};

/** `assign`: gives conversations to a member, or to nobody. */
export const assign = async (
  run: OpenRun,
  ids: readonly string[],
  options: { readonly to?: string; readonly nobody?: true; readonly note?: string },
): Promise<void> => {
  if ((options.to === undefined) === (options.nobody !== true)) throw usageFailure('cli.usage.assign');
  const input = await thereOf(run.engine, ids);
  const to = options.to === undefined ? null : (await memberOf(run.engine, options.to)).id;
  const answer = await run.engine.call('conversation.assign', { ...input, to, note: options.note ?? '' });
  await sayChanged(run, accepted(answer));
};

/** `transfer`: hands conversations over, and leaves whoever had them with a check. */
export const transfer = async (
  run: OpenRun,
  ids: readonly string[],
  options: {
    readonly to: string;
    readonly reason: string;
    readonly check?: string;
    readonly return?: string;
  },
): Promise<void> => {
  const checkAt = options.check === undefined ? null : (await timeOf(run, options.check)).dueAt;
  const returnAt = options.return === undefined ? null : (await timeOf(run, options.return)).dueAt;
  const input = await thereOf(run.engine, ids);
  const { id: to } = await memberOf(run.engine, options.to);
  const answer = await run.engine.call('conversation.transfer', {
    ...input,
    ...{ to, reason: options.reason, checkAt, returnAt },
  });
  await sayChanged(run, accepted(answer));
};

/** `snooze`: puts a conversation away until a time in words, or until the customer writes. */
export const snooze = async (run: OpenRun, id: string, said: string): Promise<void> => {
  const { dueAt: until } = await timeOf(run, said);
  const input = await thereOf(run.engine, [id]);
  await sayChanged(run, accepted(await run.engine.call('conversation.snooze', { ...input, until })));
};

/** `wake`: ends the snooze of conversations. */
export const wake = async (run: OpenRun, ids: readonly string[]): Promise<void> => {
  const input = await thereOf(run.engine, ids);
  await sayChanged(run, accepted(await run.engine.call('conversation.wake', input)));
};

/** `tag`: puts tags on conversations and takes others off. */
export const tag = async (
  run: OpenRun,
  ids: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> => {
  if (add.length + remove.length === 0) throw usageFailure('cli.usage.tag');
  const input = await thereOf(run.engine, ids);
  await sayChanged(
    run,
    accepted(
      await run.engine.call('conversation.tag', {
        ...input,
        add: [...add],
        remove: [...remove],
      }),
    ),
  );
};

/** `note`: says something inside, which no customer sees. */
export const note = async (
  { engine, terminal }: OpenRun,
  id: string,
  text: string,
  { mention }: { readonly mention: readonly string[] },
): Promise<void> => {
  const mentions: Member['id'][] = [];
  for (const who of mention) mentions.push((await memberOf(engine, who)).id);
  const made = accepted(
    await engine.call('note.add', { conversation: conversationIdOf(id), text, mentions }),
  );
  await terminal.out(terminal.json ? JSON.stringify(made) : terminal.words('cli.note.added'));
};

/** `merge`: makes one conversation of several; the oldest goes on. */
export const merge = async (run: OpenRun, texts: readonly string[]): Promise<void> => {
  const { ids } = await thereOf(run.engine, texts);
  if (new Set(ids).size < 2) throw usageFailure('cli.usage.merge');
  const merged = accepted(await run.engine.call('conversation.merge', { ids }));
  await sayUndo(run, merged, ids.length);
};

/** `split`: gives messages a conversation of their own, and says which. */
export const split = async (run: OpenRun, id: string, messages: readonly string[]): Promise<void> => {
  const made = accepted(
    await run.engine.call('conversation.split', {
      id: conversationIdOf(id),
      messages: messages.map((message) => message.trim().toLowerCase() as MessageId),
    }),
  );
  if (!run.terminal.json) await run.terminal.out(made.conversation);
  await sayUndo(run, made, 2);
};

/** `undo`: takes a change back by the key that it was told with. */
export const undoChange = async ({ engine, terminal }: OpenRun, undo: string): Promise<void> => {
  const { done } = accepted(await engine.call('conversation.undo', { undo }));
  if (done === 0) throw refusalFailure({ kind: 'nothing-to-undo' });
  await terminal.out(
    terminal.json ? JSON.stringify({ undone: done }) : terminal.words('cli.undone', { count: done }),
  );
};

const checkIdOf = (text: string): FollowUpId => text.trim().toLowerCase() as FollowUpId;

/** `checks confirm`: the customer has confirmed it, or said so in a message. */
export const confirmCheck = async (
  run: OpenRun,
  id: string,
  { message }: { readonly message?: string },
): Promise<void> => {
  const answer = await run.engine.call('check.confirm', {
    id: checkIdOf(id),
    how: message === undefined ? 'customer-confirmed' : 'customer-words',
    message: message === undefined ? null : (message.trim().toLowerCase() as MessageId),
  });
  await sayUndo(run, accepted(answer), 1);
};

/** `checks waive`: a lead lets a check go and says why. */
export const waiveCheck = async (
  run: OpenRun,
  id: string,
  { reason }: { readonly reason: string },
): Promise<void> => {
  await sayUndo(run, accepted(await run.engine.call('check.waive', { id: checkIdOf(id), reason })), 1);
};

/** `members list`: who is there, with their role, and who is away until when. */
export const listMembers = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { members } = accepted(await engine.call('member.list', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ members }));
    return;
  }
  const { words } = terminal;
  const times = createTimes(words.locale);
  const lines = members.map(({ id, name, role, isMe, away, gone }) => [
    id,
    `${name}${isMe ? ' *' : ''}`,
    role,
    gone
      ? words('cli.member.gone')
      : away === null
        ? ''
        : words('cli.member.away', {
            until: times.full(away.until),
            covered: away.substitute === null ? 'no' : 'yes',
            name: away.substitute?.name ?? '',
          }),
  ]);
  for (const line of table(lines, [null, 30, null, 100])) await terminal.out(line);
};

/** `members away`: who is away until a time in words, and who answers meanwhile. */
export const memberAway = async (
  run: OpenRun,
  who: string,
  options: { readonly until: string; readonly substitute?: string },
): Promise<void> => {
  const { engine, terminal } = run;
  const { dueAt: until } = await timeOf(run, options.until);
  const { id: member } = await memberOf(engine, who);
  const substitute =
    options.substitute === undefined ? null : (await memberOf(engine, options.substitute)).id;
  const { covered } = accepted(await engine.call('member.away', { member, until, substitute }));
  await terminal.out(
    terminal.json
      ? JSON.stringify({ member, until, substitute, covered })
      : terminal.words('cli.member.left', {
          until: createTimes(terminal.words.locale).full(until),
          count: covered,
        }),
  );
};

/** `members back`: who is at work again, and has again what others answered meanwhile. */
export const memberBack = async ({ engine, terminal }: OpenRun, who: string): Promise<void> => {
  const { id: member } = await memberOf(engine, who);
  const { returned } = accepted(await engine.call('member.away', { member, until: null, substitute: null }));
  await terminal.out(
    terminal.json
      ? JSON.stringify({ member, returned })
      : terminal.words('cli.member.back', { count: returned }),
  );
};
