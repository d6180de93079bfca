import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { makeTeam } from '#test/support/postgres/team.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test('a team is made with no more than CREATEROLE and CREATE on the database', async () => {
  const team = await makeTeam(postgres);
  const bea = await team.join('agent');
  expect(await bea.call('hello', 1)).toMatchObject({ me: { member: bea.id, role: 'agent' }, tooOld: false });
  expect(await bea.call('recent', null, null, 50)).toMatchObject({
    documents: [{ kind: 'member' }, { kind: 'member' }],
  });
  await team.close();
});
