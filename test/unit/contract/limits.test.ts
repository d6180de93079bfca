import { describe, expect, it } from 'vitest';
import { contract } from '#shared/contract/contract.ts';
import { unlimitedIn } from '#test/support/schema-walk.ts';
import * as v from 'valibot';

describe('what the page may send to the engine', () => {
  it('has a limit wherever a text or a list is taken, and takes nothing that is not named', () => {
    const found = Object.entries(contract).flatMap(([name, { input }]) => unlimitedIn(input, name));
    expect(found).toEqual([]);
    expect(Object.keys(contract).length).toBeGreaterThan(150);
  });

  it('is looked at all the way down: a limit that is missing somewhere is found', () => {
    const short = v.pipe(v.string(), v.maxLength(5));
    const schema = v.strictObject({
      good: v.pipe(v.array(short), v.maxLength(5)),
      text: v.string(),
      list: v.nullable(v.array(short)),
      inside: v.variant('kind', [v.object({ kind: v.literal('a'), deep: v.optional(v.unknown()) })]),
    });
    expect(unlimitedIn(schema, 'it')).toEqual(['it.text', 'it.list', 'it.inside', 'it.inside.deep']);
  });
});
