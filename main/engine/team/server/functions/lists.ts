import type { TeamFunction } from '../schema-part.ts';

/** Words as they stand in an `IN`. */
export const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** The elements of a JSON list, and none where it is no list: bodies are the clients' own. */
export const elements = (json: string): string =>
  `jsonb_array_elements(CASE WHEN jsonb_typeof(${json}) = 'array' THEN ${json} ELSE '[]'::jsonb END)`;

/** Whether what a client gave is no JSON list, or one of more than `most` elements. */
export const isNoList = (json: string, most: number): string =>
  `jsonb_typeof(${json}) IS DISTINCT FROM 'array' OR jsonb_array_length(${json}) > ${String(most)}`;

/**
 * A list that members' devices read. `query` answers one row with a JSON list, or with NULL where there is nothing; `who`
 * in it is the caller.
 */
export const listForMembers = (name: string, takes: string, query: string): TeamFunction => ({
  name,
  takes,
  returns: 'jsonb',
  callers: 'members',
  volatility: 'STABLE',
  body: `
DECLARE
  who caller := me();
BEGIN
  RETURN coalesce((${query}), '[]');
END`,
});
