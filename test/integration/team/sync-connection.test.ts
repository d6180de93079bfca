import { X509Certificate } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TeamError } from '#main/engine/team/connection-failure.ts';
import { TeamConnection } from '#main/engine/team/connection.ts';
import type { TeamLogin } from '#main/engine/team/connection.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually, within } from '#test/support/eventually.ts';
import { LOOPBACK, freePort } from '#test/support/ports.ts';
import { makeCertificate } from '#test/support/mail-server/certificate.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { asSuperuser } from '#test/support/postgres/team.ts';

const limits = { connectMs: 2_000, statementMs: 400, lockMs: 300, answerMs: 1_000 };
const password = 'a password of nobody else';

describe('the line to a team’s database', () => {
  let server: TestPostgres;
  const ends: (() => Promise<void>)[] = [];

  const asOwner = (sql: string) => asSuperuser(server, sql);
  const fingerprintOf = ({ certificate }: TestPostgres): string =>
    new X509Certificate(certificate?.pem ?? '').fingerprint256;
  const login = (change: Partial<TeamLogin> = {}): TeamLogin => ({
    host: LOOPBACK,
    port: server.port,
    database: 'postgres',
    schema: 'steward_test',
    pin: fingerprintOf(server),
    role: 'device',
    password,
    ...change,
  });
  const open = async (change: Partial<TeamLogin> = {}): Promise<TeamConnection> => {
    const connection = await TeamConnection.open(login(change), {
      signal: new AbortController().signal,
      limits,
    });
    ends.push(() => connection.close());
    return connection;
  };
  const failureOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    return error instanceof TeamError ? error.failure.kind : String(error);
  };
  const throughProxy = async () => {
    const proxy = await startCuttingProxy({ port: server.port });
    ends.push(() => proxy.stop());
    return proxy;
  };

  beforeAll(async () => {
    server = await startPostgres({ tls: true });
    await eventually(() => asOwner('SELECT 1'), { message: 'it lets somebody in', withinMs: 60_000 });
    await asOwner(`CREATE ROLE device LOGIN PASSWORD '${password}'`);
    await asOwner('CREATE SCHEMA steward_test');
    await asOwner('GRANT USAGE ON SCHEMA steward_test TO device');
    await asOwner(
      'CREATE FUNCTION steward_test.told(text) RETURNS jsonb LANGUAGE sql AS $$ SELECT to_jsonb($1) $$',
    );
    await asOwner(
      `CREATE FUNCTION steward_test.cut() RETURNS jsonb LANGUAGE plpgsql
       AS $$ BEGIN RAISE EXCEPTION 'removed' USING ERRCODE = 'ST001'; END $$`,
    );
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  afterAll(() => server.stop());

  it('calls functions of the team’s schema, and hears its notices', async () => {
    const connection = await open();
    expect(await connection.call('told', ['Guten Tag'])).toBe('Guten Tag');
    expect(connection.hears).toBe(true);
    const heard: string[] = [];
    await connection.listen('steward channel', (payload) => heard.push(payload));
    await asOwner(`SELECT pg_notify('steward channel', 'seq:7')`);
    await eventually(() => heard.length === 1, { message: 'the notice is heard' });
    expect(heard).toEqual(['seq:7']);
  });

  it('calls itself by its name in the server’s lists', async () => {
    const connection = await open();
    const [row] = await connection.query(
      'SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()',
      [],
    );
    expect(row?.['application_name']).toBe('steward');
  });

  it('knows which course of the history the database is in', async () => {
    const connection = await open();
    const [row] = await connection.query('SELECT system_identifier::text AS id FROM pg_control_system()', []);
    expect(String(row?.['id'])).toMatch(/^\d+$/u);
  });

  it('says in kinds why there is no line', async () => {
    expect(await failureOf(open({ password: 'another one' }))).toBe('password-refused');
    expect(await failureOf(open({ database: 'nowhere' }))).toBe('no-such-database');
    expect(await failureOf(open({ port: await freePort() }))).toBe('connection-refused');
    // A machine without name servers cannot know that there is no such name.
    expect(await failureOf(open({ host: 'nowhere.invalid' }))).toMatch(/host-not-found|offline/u);
  });

  it('believes the one certificate that was trusted by hand, and no other', async () => {
    const pinned = await open({ pin: fingerprintOf(server) });
    const [row] = await pinned.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', []);
    expect(row?.['ssl']).toBe(true);
    const other = Array.from({ length: 32 }, () => 'AA').join(':');
    expect(await failureOf(open({ pin: other }))).toBe('certificate');
  });

  it('believes what a private authority signed where that was named, and no other', async () => {
    const authority = server.certificate?.pem ?? null;
    const named = await open({ pin: null, authority });
    expect(await named.call('told', ['verified'])).toBe('verified');
    const { pem } = await makeCertificate({ names: ['localhost'] });
    expect(await failureOf(open({ pin: null, authority: pem }))).toBe('certificate');
  });

  it('says nothing of ours to a server without TLS where TLS is wanted', async () => {
    const plain = await startPostgres();
    ends.push(() => plain.stop());
    const proxy = await startCuttingProxy({ port: plain.port });
    ends.push(() => proxy.stop());
    expect(await failureOf(open({ port: proxy.port, pin: fingerprintOf(server) }))).toBe('no-tls');
    expect(proxy.connections().map(({ bytesToServer }) => bytesToServer)).toEqual([8]);
  });

  it('survives what takes the server too long, and what waits for others too long', async () => {
    const connection = await open();
    expect(await failureOf(connection.query('SELECT pg_sleep(5)', []))).toBe('no-answer');
    await asOwner(
      'CREATE TABLE IF NOT EXISTS steward_test.held (one int); GRANT ALL ON steward_test.held TO device',
    );
    const holder = new Client({ host: LOOPBACK, port: server.port, user: 'postgres', ssl: false });
    await holder.connect();
    ends.push(() => holder.end());
    await holder.query('BEGIN; LOCK TABLE steward_test.held');
    expect(await failureOf(connection.query('SELECT * FROM steward_test.held', []))).toBe('no-answer');
    expect(await connection.call('told', ['still there'])).toBe('still there');
  });

  it('tells a member who was removed from a server that is away', async () => {
    const connection = await open();
    const error = await connection.call('cut', []).catch((reason: unknown) => reason);
    expect(error instanceof TeamError ? error.fate : error).toBe('cut');
  });

  it('notices a line that is dead on the other side only', async () => {
    const proxy = await throughProxy();
    const connection = await open({ port: proxy.port });
    proxy.now({ kind: 'half-open' });
    expect(await failureOf(connection.call('told', ['anybody?']))).toBe('no-answer');
    expect(connection.ended.aborted).toBe(true);
    expect(await failureOf(connection.call('told', ['anybody?']))).toBe('no-answer');
  });

  it('ends at once where the server says nothing any more', async () => {
    const proxy = await throughProxy();
    const connection = await open({ port: proxy.port });
    proxy.now({ kind: 'half-open' });
    const call = failureOf(connection.call('told', ['anybody?']));
    await within(1_000, connection.close(), 'the line is closed');
    expect(await call).toBe('no-answer');
  });

  it('gives up a server that takes the connection and says nothing', async () => {
    const proxy = await throughProxy();
    proxy.cutWhen({
      direction: 'to client',
      place: { kind: 'at byte', count: 0 },
      action: { kind: 'stall' },
    });
    expect(await failureOf(open({ port: proxy.port }))).toBe('no-answer');
  });

  it('notices that the server crashed, and connects to it when it is back', async () => {
    const own = await startPostgres();
    ends.push(() => own.stop());
    const connection = await eventually(() => open({ port: own.port, role: 'postgres', pin: null }), {
      message: 'it lets somebody in',
      withinMs: 60_000,
    });
    await own.kill();
    await eventually(() => connection.ended.aborted, { message: 'the end is noticed' });
    expect(await failureOf(open({ port: own.port, role: 'postgres', pin: null }))).toBe('connection-refused');
    await own.restart();
    await eventually(() => open({ port: own.port, role: 'postgres', pin: null }), {
      message: 'it is there again',
      withinMs: 60_000,
    });
  });
});
