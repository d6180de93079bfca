import { invitationFileEnding, invitationLink } from '#shared/domain/team/invitation-form.ts';
import { roles } from '#shared/domain/member.ts';
import type { Role } from '#shared/domain/member.ts';
import { createTimes } from '#shared/messages/times.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import { oneLine, printable } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { openSink, readTextFile } from '../terminal.ts';
import { saidDatabase, teamAccepted } from './team-database.ts';
import type { DatabaseOptions } from './team-database.ts';

/** One of the roles; fails on anything else. */
const roleOf = (text: string): Role => {
  const role = roles.find((one) => one === text.trim().toLowerCase());
  if (role === undefined)
    throw usageFailure('cli.usage.choice', { what: '--role', values: roles.join(', ') });
  return role;
};

/** Says one thing in words, or its facts as JSON. */
const say = async ({ terminal }: OpenRun, facts: object, words: string): Promise<void> => {
  await terminal.out(terminal.json ? JSON.stringify(facts) : printable(words));
};

/** Conversations that are here become the team's only when that was said. */
const shareFirst = (count: number): CliFailure =>
  new CliFailure(
    exitCodes.refused,
    'team-share-first',
    'cli.team.share-first',
    { count },
    { facts: { conversations: count } },
  );

type ShareFirst = { readonly kind: 'team-share-first'; readonly conversations: number };
const isShareFirst = (failure: { readonly kind: string }): failure is ShareFirst =>
  failure.kind === 'team-share-first' && 'conversations' in failure;

/** `team look`: what is at an address, and what is missing there. */
export const lookAtDatabase = async (run: OpenRun, said: string, options: DatabaseOptions): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const found = teamAccepted(words, await engine.call('team.look', await saidDatabase(run, said, options)));
  if (terminal.json) {
    await terminal.out(JSON.stringify(found));
    return;
  }
  const { where, version, tls, user, database, missing, teams } = found;
  await terminal.out(words('team.look.reached', { where, version: oneLine(version) }));
  await terminal.out(words(`team.look.tls.${tls}`, { where }));
  const about = { user: oneLine(user), database: oneLine(database) };
  if (missing.length === 0) await terminal.out(words('team.look.rights.good', about));
  for (const right of missing) await terminal.out(words(`team.look.right.${right}`, about));
  if (teams.length > 0) {
    await terminal.out(
      words('team.look.teams', { count: teams.length, names: teams.map(oneLine).join(', ') }),
    );
  }
};

/** `team init`: sets a team up in a database, with this workspace as its first member. */
export const initTeam = async (
  run: OpenRun,
  said: string,
  options: DatabaseOptions & { readonly name: string; readonly me?: string; readonly share?: true },
): Promise<void> => {
  const { engine, terminal } = run;
  const database = await saidDatabase(run, said, options);
  const me = options.me ?? (await myName(run));
  const input = { ...database, name: options.name, me, share: options.share === true };
  const answer = await engine.call('team.init', input);
  if (!answer.ok && isShareFirst(answer.failure)) throw shareFirst(answer.failure.conversations);
  const { schema } = teamAccepted(terminal.words, answer);
  await say(run, { team: options.name, schema }, terminal.words('cli.team.made', { team: options.name }));
};

/** `team upgrade`: brings the team's schema up to this version, as the owner of the database. */
export const upgradeTeam = async (run: OpenRun, said: string, options: DatabaseOptions): Promise<void> => {
  const { engine, terminal } = run;
  const answer = await engine.call('team.upgrade', await saidDatabase(run, said, options));
  const { steps } = teamAccepted(terminal.words, answer);
  await say(run, { steps }, terminal.words('cli.team.upgraded', { count: steps }));
};

/** The name that the person has given themselves; fails where they have none, because colleagues will see it. */
const myName = async ({ engine, terminal }: OpenRun): Promise<string> => {
  const { name } = teamAccepted(terminal.words, await engine.call('app.preferences', {}));
  if (name.trim() !== '') return name.trim();
  throw usageFailure('cli.team.me-missing');
};

/** `team invite`: an invitation for one colleague, as a link or in a file. */
export const invite = async (
  run: OpenRun,
  options: { readonly role: string; readonly hours: number; readonly file?: string },
): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const role = roleOf(options.role);
  const made = teamAccepted(words, await engine.call('team.invite', { role, hours: options.hours }));
  const { id, link, expiresAt } = made;
  const until = createTimes(words.locale).full(expiresAt);
  if (options.file === undefined) {
    // The link alone on standard output, so that it can be piped on.
    await terminal.out(terminal.json ? JSON.stringify({ id, role, expiresAt, link }) : link);
    terminal.note(words('cli.team.invited', { until }));
    return;
  }
  const path = options.file.endsWith(invitationFileEnding)
    ? options.file
    : `${options.file}${invitationFileEnding}`;
  try {
    const sink = await openSink(path, terminal);
    await sink.write(`${link}\n`);
    await sink.end();
  } catch (error) {
    // Nobody has it: it must not stay open.
    await engine.call('team.revoke', { id });
    throw error;
  }
  await say(run, { id, role, expiresAt, file: path }, words('cli.team.invited-file', { path, until }));
};

/** A link, a file with one, or `-` for standard input, as the text in it. */
const invitationText = async ({ terminal }: OpenRun, said: string): Promise<string> =>
  invitationLink(said) ?? (await readTextFile(said, terminal));

/** `team join`: joins by an invitation. */
export const joinTeam = async (
  run: OpenRun,
  said: string,
  options: { readonly me?: string; readonly share?: true },
): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const invitation = { kind: 'text' as const, text: await invitationText(run, said) };
  const facts = teamAccepted(words, await engine.call('team.readInvitation', { invitation }));
  const team = oneLine(facts.team);
  terminal.note(words('cli.team.joining', { team, where: oneLine(facts.where), role: facts.role }));
  const name = options.me ?? (await myName(run));
  const answer = await engine.call('team.join', { invitation, name, share: options.share === true });
  if (!answer.ok && isShareFirst(answer.failure)) throw shareFirst(answer.failure.conversations);
  const joined = teamAccepted(words, answer);
  await say(
    run,
    { team: joined.team, role: facts.role },
    words('cli.team.joined', { team, role: facts.role }),
  );
};

/** `team leave`: leaves the team and keeps what is here. */
export const leaveTeam = async (run: OpenRun, options: { readonly force?: true }): Promise<void> => {
  const { engine, terminal } = run;
  const answer = await engine.call('team.leave', { force: options.force === true });
  if (!answer.ok && answer.failure.kind === 'team-pending') {
    const { count } = answer.failure;
    throw new CliFailure(exitCodes.refused, 'team-pending', 'cli.team.leave-pending', { count });
  }
  teamAccepted(terminal.words, answer);
  await say(run, { left: true }, terminal.words('cli.team.left'));
};
