import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPassword, scramVerifier } from '#main/engine/team/scram-verifier.ts';
import { loginOf } from '#main/engine/team/server/names.ts';
import type { Invited, Joining, TeamMember } from '#main/engine/team/wire.ts';
import { eventually } from '#test/support/eventually.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { asSuperuser, callTeam, connectAs, makeTeam, newcomer, redeem } from '#test/support/postgres/team.ts';
import type { Login, TestTeam } from '#test/support/postgres/team.ts';

let postgres: TestPostgres;
let team: TestTeam;
beforeAll(async () => {
  postgres = await startPostgres();
  team = await makeTeam(postgres);
});
afterAll(async () => {
  await team.close();
  await postgres.stop();
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );

const invite = async (role = 'agent'): Promise<Login & { readonly id: string }> => {
  const password = newPassword();
  const invited = (await team.admin.call('invite', role, 24, scramVerifier(password))) as Invited;
  return { user: invited.role, password, id: invited.id };
};

const redeemOver = (guest: Client, { member, device }: Joining, password = newPassword()): Promise<unknown> =>
  callTeam(guest, team.schema, 'redeem', [
    ...[member.id, member.name, member.address, device.id, device.name, device.publicKey],
    scramVerifier(password),
  ]);

const connectGuest = (login: Login): Promise<Client> => connectAs(postgres, team.database, login);

const members = async (): Promise<readonly TeamMember[]> =>
  (await team.admin.call('members')) as readonly TeamMember[];

describe('an invitation', () => {
  test('makes a login of the device’s own, whose password the server never had', async () => {
    const joining = newcomer('Dora');
    const login = await redeem(postgres, team, await invite('lead'), joining);
    expect(login.user).toBe(loginOf(team.slug, joining.device.id));
    const client = await connectAs(postgres, team.database, login);
    expect(await callTeam(client, team.schema, 'hello', [2])).toMatchObject({
      me: { member: joining.member.id, device: joining.device.id, role: 'lead' },
    });
    await client.end();
    const [stored] = await asSuperuser(
      postgres,
      `SELECT rolpassword AS verifier, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS more
       FROM pg_authid WHERE rolname = '${login.user}'`,
    );
    expect(stored).toMatchObject({
      verifier: expect.stringMatching(/^SCRAM-SHA-256\$4096:/) as string,
      more: false,
    });
    expect(await members()).toContainEqual(
      expect.objectContaining({ ...joining.member, role: 'lead', goneAt: null }),
    );
  });

  test('counts once: a copy that was stolen opens nothing, not even over a connection that was open before', async () => {
    const invitation = await invite();
    const early = await connectGuest(invitation);
    await redeem(postgres, team, invitation, newcomer('Emil'));
    const before = await members();
    expect(await codeOf(connectGuest(invitation))).toMatch(/^28/);
    expect(await codeOf(redeemOver(early, newcomer('Thief')))).not.toBe('done');
    await early.end().catch(() => undefined);
    expect(await members()).toEqual(before);
  });

  test('used by two at the same moment lets one in', async () => {
    const invitation = await invite();
    const guests = [await connectGuest(invitation), await connectGuest(invitation)];
    const before = (await members()).length;
    const codes = await Promise.all(
      guests.map((guest, index) => codeOf(redeemOver(guest, newcomer(`Twin${String(index)}`)))),
    );
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect((await members()).length).toBe(before + 1);
    await Promise.all(guests.map((guest) => guest.end().catch(() => undefined)));
  });

  test('that was taken back or is too old opens nothing', async () => {
    const [first, second, third] = [await invite(), await invite(), await invite()];
    const guests = [await connectGuest(first), await connectGuest(second)];
    expect(await team.admin.call('revoke_invitation', first.id)).toBe(true);
    expect(await team.admin.call('revoke_invitation', first.id)).toBe(false);
    await asSuperuser(
      postgres,
      `UPDATE ${team.schema}.invitation SET expires_at = 1 WHERE id = '${second.id}'`,
      team.database,
    );
    expect(await codeOf(connectGuest(first))).toMatch(/^28/);
    for (const guest of guests) {
      expect(await codeOf(redeemOver(guest, newcomer('Late')))).not.toBe('done');
      await guest.end().catch(() => undefined);
    }
    expect(await team.admin.call('invitations')).toMatchObject([{ id: third.id, as: 'agent' }]);
    const [role] = await asSuperuser(
      postgres,
      `SELECT rolvaliduntil > now() AS ends FROM pg_roles WHERE rolname = '${third.user}'`,
    );
    expect(role).toEqual({ ends: true });
    // What is over is swept away with the next one.
    await invite();
    expect(
      await asSuperuser(
        postgres,
        `SELECT rolname FROM pg_roles WHERE rolname IN ('${first.user}', '${second.user}')`,
      ),
    ).toEqual([]);
  });

  test('may do nothing but be redeemed', async () => {
    const guest = await connectGuest(await invite('admin'));
    for (const sql of [
      `SELECT ${team.schema}.hello(2)`,
      `SELECT ${team.schema}.members()`,
      `SELECT ${team.schema}.pull(0, 10)`,
      `SELECT ${team.schema}.push('p', '[]', '[]')`,
      `SELECT ${team.schema}.invite('admin', 24, '${scramVerifier('x')}')`,
      `SELECT * FROM ${team.schema}.invitation`,
      `SELECT * FROM ${team.schema}.document`,
    ]) {
      expect(await codeOf(guest.query(sql))).toBe('42501');
    }
    for (const verifier of ['secret', 'md5abc', "x' VALID UNTIL 'infinity' SUPERUSER --"]) {
      const { member, device } = newcomer('Eve');
      const given = [
        member.id,
        member.name,
        member.address,
        device.id,
        device.name,
        device.publicKey,
        verifier,
      ];
      expect(await codeOf(callTeam(guest, team.schema, 'redeem', given))).toBe('ST003');
    }
    const taken = { ...newcomer('Eve'), member: { ...newcomer('Eve').member, id: team.admin.id } };
    expect(await codeOf(redeemOver(guest, taken))).toBe('ST003');
    await guest.end();
  });

  test('for one’s own next device comes from anybody, and gives no more than one has', async () => {
    const agent = await team.join('agent', 'Frieda');
    const password = newPassword();
    const invited = (await agent.call('invite', 'admin', 1, scramVerifier(password), agent.id)) as Invited;
    const second = newcomer('Somebody else');
    const login = await redeem(postgres, team, { user: invited.role, password }, second);
    const client = await connectAs(postgres, team.database, login);
    expect(await callTeam(client, team.schema, 'hello', [2])).toMatchObject({
      me: { member: agent.id, device: second.device.id, role: 'agent' },
    });
    expect(await agent.call('cut_device', second.device.id)).toBe(1);
    expect(await codeOf(callTeam(client, team.schema, 'hello', [2]))).not.toBe('done');
    expect(await agent.call('hello', 2)).toMatchObject({ me: { member: agent.id } });
  });
});

describe('a member who is removed', () => {
  test('has their open connections ended, cannot come back, and their name stays', async () => {
    const gone = await team.join('agent', 'Gustav');
    const ended: boolean[] = [];
    gone.client.on('end', () => ended.push(true));
    expect(await team.admin.call('remove_member', gone.id)).toBe(1);
    await eventually(() => ended.length === 1, { message: 'the connection is ended' });
    expect(await codeOf(connectAs(postgres, team.database, gone.login))).toMatch(/^28/);
    expect((await members()).find(({ id }) => id === gone.id)).toMatchObject({
      ...{ name: 'Gustav', goneAt: expect.any(Number) as number },
      devices: [{ cutAt: expect.any(Number) as number }],
    });
    expect(await team.admin.call('remove_member', gone.id)).toBe(0);
  });

  test('is refused by every function on a connection that could not be ended', async () => {
    const gone = await team.join('admin', 'Hella');
    const { rows } = await gone.client.query<{ call: string }>(
      `SELECT format('SELECT %I.%I(%s)', n.nspname, p.proname,
         (SELECT string_agg('NULL', ', ') FROM unnest(p.proargtypes))) AS call
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = '${team.schema}' AND has_function_privilege(p.oid, 'EXECUTE')`,
    );
    expect(rows.length).toBeGreaterThan(20);
    const old = await connectAs(postgres, team.database, gone.login);
    // A look at the database that is older than the removal.
    await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await old.query(`SELECT ${team.schema}.members()`);
    await asSuperuser(
      postgres,
      `REVOKE "${gone.login.user}" FROM "${team.owner.user}" GRANTED BY "${team.owner.user}"`,
    );
    expect(await team.admin.call('remove_member', gone.id)).toBe(0);
    for (const { call } of rows) {
      expect([call, await codeOf(gone.client.query(call))]).toEqual([call, '42501']);
    }
    // The second wall: had nobody taken the right to call away, each of them looks who calls.
    const [group] = await asSuperuser(
      postgres,
      `SELECT members_role AS role FROM ${team.schema}.team`,
      team.database,
    );
    await asSuperuser(postgres, `GRANT "${String(group?.['role'])}" TO "${gone.login.user}"`);
    for (const { call } of rows) {
      expect([call, await codeOf(gone.client.query(call))]).toEqual([call, 'ST001']);
    }
    expect(await codeOf(old.query(`SELECT ${team.schema}.push('p', '[]', '[]')`))).toBe('40001');
    await old.end();
  });

  test('takes along the invitations they made', async () => {
    const gone = await team.join('admin', 'Ida');
    const password = newPassword();
    const invited = (await gone.call('invite', 'admin', 24, scramVerifier(password))) as Invited;
    await team.admin.call('remove_member', gone.id);
    expect(await codeOf(connectGuest({ user: invited.role, password }))).toMatch(/^28/);
  });

  test('may have left by themselves, but the last admin stays one', async () => {
    const leaver = await team.join('agent', 'Jo');
    expect(await leaver.call('remove_member', leaver.id)).toBe(0);
    expect(await codeOf(leaver.call('hello', 2))).toMatch(/ST001|42501/);
    expect(await codeOf(team.admin.call('remove_member', team.admin.id))).toBe('ST005');
    expect(await codeOf(team.admin.call('set_role', team.admin.id, 'lead'))).toBe('ST005');
    const second = await team.join('agent', 'Kim');
    await team.admin.call('set_role', second.id, 'admin');
    expect(await second.call('hello', 2)).toMatchObject({ me: { role: 'admin' } });
    await second.call('set_role', team.admin.id, 'agent');
    expect(await codeOf(team.admin.call('rename', 'Mine'))).toBe('ST002');
    await second.call('set_role', team.admin.id, 'admin');
    await team.admin.call('rename', 'Acme & Sons');
    expect(await second.call('hello', 2)).toMatchObject({ team: { name: 'Acme & Sons' } });
    expect(await codeOf(team.admin.call('set_role', randomUUID(), 'agent'))).toBe('ST003');
  });
});
