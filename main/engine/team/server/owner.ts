import { Client } from 'pg';
import { isLoopback } from '#main/channels/kit/endpoint.ts';

/** Runs SQL as the owner of the database's schemas and answers the rows. Several statements at once where there are no parameters. */
export type RunSql = (
  text: string,
  parameters?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A way to the database with the rights of its owner: `postgres://…`, an open client, or anything that runs SQL on one session. */
export type Owner = string | Client | RunSql;

const asRun =
  (client: Client): RunSql =>
  async (text, parameters = []) => {
    const { rows } = await client.query<Record<string, unknown>>(text, [...parameters]);
    return rows;
  };

/** Connects where that is still to be done, works, and says goodbye to what it connected. Without TLS only inside this machine. */
export const asOwner = async <Answer>(
  owner: Owner,
  work: (run: RunSql) => Promise<Answer>,
): Promise<Answer> => {
  if (typeof owner === 'function') return work(owner);
  if (typeof owner !== 'string') return work(asRun(owner));
  const { hostname, searchParams } = new URL(owner);
  const host = hostname === '' ? (searchParams.get('host') ?? '') : hostname;
  const inside = isLoopback(host) || host.startsWith('/');
  const client = new Client({
    connectionString: owner,
    ...(inside ? {} : { ssl: { rejectUnauthorized: true } }),
  });
  await client.connect();
  try {
    return await work(asRun(client));
  } finally {
    await client.end();
  }
};

/** Runs all of it or nothing. */
export const inTransaction = async <Answer>(run: RunSql, work: () => Promise<Answer>): Promise<Answer> => {
  await run('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    const answer = await work();
    await run('COMMIT');
    return answer;
  } catch (error) {
    await run('ROLLBACK').catch(() => undefined);
    throw error;
  }
};
