const shutOut: ReadonlySet<string> = new Set(['password-refused', 'not-let-in']);

/**
 * Whether a team's database is there and does not let this device in (SQLSTATE class 28): its login was ended or changed,
 * or the way to it is not allowed. The database does not say which, so nobody is told that they were removed.
 */
export const isShutOut = (reason: string): boolean => shutOut.has(reason);
