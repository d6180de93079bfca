import * as v from 'valibot';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { innermostCode } from '#main/channels/kit/connection-codes.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { teamLogin } from '../store/read/team-login.ts';
import type { Workspace } from '../workspace.ts';
import { overConnection } from './ask-team.ts';
import { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import type { TeamConnection } from './connection.ts';
import { hearErasures } from './erasures.ts';
import { teamErrors } from './wire.ts';
import type { TeamScope } from './wire.ts';

/** Why nothing was erased for the team: see the contract of `customer.erase`. */
type TeamEraseRefusal = {
  readonly kind:
    'erase-leads-only' | 'erase-hidden' | 'erase-unsettled' | 'erase-team-away' | 'erase-team-old';
};

const count = v.pipe(v.number(), v.safeInteger());
const scope = v.object({
  ...{ conversations: count, messages: count, files: count, notes: count },
  ...{ shared: count, sharedMessages: count, unsettled: v.boolean() },
});
const refused = v.object({ kind: v.literal('refused'), reason: v.string() });
const erased = v.object({ kind: v.literal('erased'), id: v.string() });

/** PostgreSQL's `undefined_function`: the team's database was not upgraded yet. */
const unknownFunction = '42883';

const whyNot = (error: TeamError): TeamEraseRefusal => {
  switch (innermostCode(error.cause)) {
    case teamErrors.forbidden:
      return { kind: 'erase-leads-only' };
    case unknownFunction:
      return { kind: 'erase-team-old' };
    default:
      return { kind: 'erase-team-away' };
  }
};

const reasons: Readonly<Record<string, TeamEraseRefusal['kind']>> = {
  hidden: 'erase-hidden',
  unsettled: 'erase-unsettled',
};

/** Asks the team's database about erasing, over a connection of its own. */
const asking = async <Value>(
  { db }: Pick<Workspace, 'db'>,
  work: (connection: TeamConnection) => Promise<Result<Value, TeamEraseRefusal>>,
): Promise<Result<Value, TeamEraseRefusal>> => {
  const login = teamLogin(db)?.credentials ?? null;
  if (login === null) return fail({ kind: 'erase-team-away' });
  try {
    return await overConnection(login, work);
  } catch (error) {
    if (error instanceof TeamError) return fail(whyNot(error));
    throw error;
  }
};

/** What the database says it did, or why not; who it does not know yet has not been told to it. */
const read = <Shape>(
  answer: unknown,
  shape: v.GenericSchema<unknown, Shape>,
): Result<Shape, TeamEraseRefusal> => {
  const no = v.safeParse(refused, answer);
  if (no.success) return fail({ kind: reasons[no.output.reason] ?? 'erase-team-away' });
  const yes = v.safeParse(shape, answer);
  return yes.success ? ok(yes.output) : fail({ kind: 'erase-team-away' });
};

/** What erasing a customer would take from everybody, as the team's database counts it. */
export const previewInTeam = (
  workspace: Pick<Workspace, 'db'>,
  customer: CustomerId,
): Promise<Result<TeamScope, TeamEraseRefusal>> =>
  asking(workspace, async (connection) => read(await connection.call('erase_preview', [customer]), scope));

/** Erases a customer for everybody, and begins to here; answers which erasure it is. */
export const eraseInTeam = (
  workspace: Workspace,
  customer: CustomerId,
): Promise<Result<{ readonly id: string }, TeamEraseRefusal>> =>
  asking(workspace, async (connection) => {
    const answer = read(await connection.call('erase_customer', [customer]), erased);
    if (!answer.ok) return answer;
    await hearHere(workspace, connection);
    return ok({ id: answer.value.id });
  });

/** What was erased is gone from the database by now: here it goes at the latest when the exchange hears of it. */
const hearHere = async (workspace: Workspace, connection: TeamConnection): Promise<void> => {
  try {
    await hearErasures(workspace, new TeamCalls(connection));
  } catch (error) {
    if (!(error instanceof TeamError)) throw error;
  }
};

/** Sets the team's rule by which closed conversations go, or takes it away. */
export const setTeamRetention = (
  workspace: Pick<Workspace, 'db'>,
  days: number | null,
): Promise<
  Result<{ readonly rule: { readonly days: number; readonly since: number } | null }, TeamEraseRefusal>
> =>
  asking(workspace, async (connection) => {
    await connection.call('set_retention', [days]);
    const { retention } = await new TeamCalls(connection).hello();
    return ok({ rule: retention ?? null });
  });

/** How many conversations would go by so many days. */
export const countByAge = (
  workspace: Pick<Workspace, 'db'>,
  days: number,
): Promise<Result<number, TeamEraseRefusal>> =>
  asking(workspace, async (connection) => {
    const answer = await connection.call('retention_count', [days]);
    return typeof answer === 'number' ? ok(answer) : fail({ kind: 'erase-team-away' });
  });

/** Has the database erase what its rule says, a slice at a time; every other device hears of it like this one. */
export const retainInTeam = (workspace: Workspace): Promise<Result<null, TeamEraseRefusal>> =>
  asking(workspace, async (connection) => {
    for (;;) {
      const answer = await connection.call('retain', []);
      if (!v.is(erased, answer)) break;
    }
    await hearHere(workspace, connection);
    return ok(null);
  });
