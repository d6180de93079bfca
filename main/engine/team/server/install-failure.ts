/** Why a team cannot be set up, or brought up to date, in a database. */
export type InstallProblem =
  | { readonly kind: 'bad-slug'; readonly slug: string }
  /** PostgreSQL 13 or later is needed. */
  | { readonly kind: 'old-server'; readonly version: string }
  /** The login may not create roles, or not create a schema in this database. */
  | { readonly kind: 'needs-createrole'; readonly login: string }
  | { readonly kind: 'needs-create'; readonly login: string; readonly database: string }
  | { readonly kind: 'needs-utf8'; readonly encoding: string }
  /** A standby: nothing can be written here. */
  | { readonly kind: 'read-only' }
  /** A schema of that name is there already; `isTeam` when another team is in it. */
  | { readonly kind: 'exists'; readonly schema: string; readonly isTeam: boolean }
  | { readonly kind: 'no-team'; readonly schema: string }
  /** The schema is another login's: only that one may upgrade it. */
  | { readonly kind: 'not-owner'; readonly schema: string; readonly owner: string }
  /** New logins may not connect, and this login may not allow it. */
  | { readonly kind: 'no-connect'; readonly database: string }
  /** The schema was made by a later version of this application. */
  | { readonly kind: 'newer'; readonly schema: string };

const words = (problem: InstallProblem): string => {
  switch (problem.kind) {
    case 'bad-slug':
      return `"${problem.slug}" cannot be a team's short name: small letters, digits and _, at most 30, a letter first`;
    case 'old-server':
      return `PostgreSQL ${problem.version} is too old: version 13 or later is needed`;
    case 'needs-createrole':
      return `the login ${problem.login} may not create roles: ALTER ROLE ${problem.login} CREATEROLE`;
    case 'needs-create':
      return `the login ${problem.login} may not create a schema: GRANT CREATE ON DATABASE ${problem.database} TO ${problem.login}`;
    case 'needs-utf8':
      return `the database keeps text as ${problem.encoding}: one with UTF8 is needed`;
    case 'read-only':
      return 'this server is a standby: nothing can be written here';
    case 'exists':
      return problem.isTeam
        ? `there is a team in the schema ${problem.schema} already`
        : `there is a schema ${problem.schema} already, and it is not a team's`;
    case 'no-team':
      return `there is no team in the schema ${problem.schema}`;
    case 'not-owner':
      return `the schema ${problem.schema} belongs to the login ${problem.owner}: only that one may upgrade it`;
    case 'no-connect':
      return `new logins may not connect to the database ${problem.database}: GRANT CONNECT ON DATABASE ${problem.database} TO PUBLIC`;
    case 'newer':
      return `the schema ${problem.schema} was made by a later version of this application`;
    default:
      return problem satisfies never;
  }
};

/** A team could not be set up or upgraded; nothing was changed. The message says what to do, for the command line. */
export class InstallError extends Error {
  readonly problem: InstallProblem;

  constructor(problem: InstallProblem) {
    super(words(problem));
    this.name = 'InstallError';
    this.problem = problem;
  }
}
