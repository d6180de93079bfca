import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allRefusals } from '#main/engine/store/team/refusals.ts';
import { readDocument } from '#main/engine/store/team/documents.ts';
import { verify } from '#main/engine/store/verify.ts';
import { differences } from '#test/support/team/differences.ts';
import { playTeam, teamStep } from './support/team-steps.ts';
import type { PlayedTeam } from './support/team-steps.ts';

/** What is wrong after any history of three devices that have exchanged everything, in words; nothing where all is well. */
const faultsOf = ({ exchange, devices, notes }: PlayedTeam): readonly unknown[] => [
  ...devices.flatMap((device) => differences(exchange, device)),
  ...devices.flatMap((device) => {
    const { reader, vault } = device.workspace;
    return verify(reader, vault, { everyNthBlob: 1 }).problems.map((problem) => ({
      on: device.name,
      ...problem,
    }));
  }),
  ...devices.flatMap(({ name, workspace: { reader } }) => [
    ...reader.all(
      "SELECT id, 'done with a check' AS what FROM conversation WHERE status = 'done' AND follow_ups LIKE '%\"check\"%'",
    ),
    ...reader.all('SELECT txn, op FROM team_op'),
    ...reader.all('SELECT txn, kind, id FROM team_change'),
    ...reader.all(
      `SELECT '${name}' AS device, m.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE c.status = 'merged'`,
    ),
  ]),
  // Whose customer it is follows from the addresses, and is the same for everybody.
  ...customersOf(devices),
  ...notes.filter(
    ({ text, device }) =>
      !exchange.events.some(({ payload }) => payload['text'] === text) &&
      !allRefusals(device.workspace.db).some(({ words }) => words === text),
  ),
];

const customersOf = (devices: PlayedTeam['devices']): readonly unknown[] => {
  const told = devices.map(({ workspace: { reader } }) =>
    JSON.stringify(
      reader
        .all<{ id: string }>('SELECT id FROM conversation ORDER BY id')
        .map(({ id }) => readDocument(reader, { kind: 'conversation', id }).body?.['customer'] ?? null),
    ),
  );
  return new Set(told).size === 1 ? [] : [{ what: 'customers differ', told }];
};

describe('three devices of a team, whatever they do and in whichever order they exchange it', () => {
  it('come to the same documents, with one owner each and nothing lost', () => {
    fc.assert(
      fc.property(fc.array(teamStep, { minLength: 5, maxLength: 40 }), (steps) => {
        playTeam(steps, (played) => {
          expect(faultsOf(played)).toEqual([]);
        });
      }),
      { numRuns: 8 },
    );
  });
});
