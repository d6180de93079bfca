import { quoted } from './names.ts';
import type { TeamNames } from './names.ts';

/** A step of the team's schema: numbered, run once, never taken back. Names in it are found in the team's schema. */
export type TeamMigration = { readonly number: number; readonly sql: string };

/** A function of the team's schema. It runs with the rights of the schema's owner and finds names in that schema alone. */
export type TeamFunction = {
  readonly name: string;
  /** As declared: `after bigint, how_many integer`. */
  readonly takes: string;
  readonly returns: string;
  /** Who may call it: members' devices, open invitations, or other functions of the schema only. */
  readonly callers: 'members' | 'guests' | 'none';
  /** `STABLE` reads with one look at everything; `VOLATILE` may write. */
  readonly volatility: 'IMMUTABLE' | 'STABLE' | 'VOLATILE';
  /** PL/pgSQL from DECLARE or BEGIN to END. */
  readonly body: string;
};

/** The SQL that puts a function in place, whether it was there before or not; nobody may call it but whom it is for. */
export const functionSql = (names: TeamNames, one: TeamFunction): string => {
  const schema = quoted(names.schema);
  const types = one.takes
    .split(/,(?![^(]*\))/u)
    .map((argument) => argument.trim().replace(/ DEFAULT .*$/u, ''))
    .filter((argument) => argument !== '')
    .map((argument) => argument.slice(argument.indexOf(' ') + 1))
    .join(', ');
  const signature = `${schema}.${quoted(one.name)}(${types})`;
  const callers = { members: names.members, guests: names.guests, none: null }[one.callers];
  return [
    `CREATE OR REPLACE FUNCTION ${schema}.${quoted(one.name)}(${one.takes}) RETURNS ${one.returns}`,
    `LANGUAGE plpgsql ${one.volatility} SECURITY DEFINER`,
    // Temporary objects of the caller come last, or they would come first.
    `SET search_path = pg_catalog, ${schema}, pg_temp`,
    `AS $steward$\n${one.body.trim()}\n$steward$;`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC;`,
    ...(callers === null ? [] : [`GRANT EXECUTE ON FUNCTION ${signature} TO ${quoted(callers)};`]),
  ].join('\n');
};
