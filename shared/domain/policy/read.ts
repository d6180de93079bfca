import type { PolicyDefinition, PolicyKey } from './keys.ts';
import { definitionOf, isPolicyKey, policyKeyNames } from './keys.ts';
import type { Policy, PolicyEntry, PolicyProblem, PolicySource } from './policy.ts';
import { resembling } from './resembling.ts';
import type { Wrong } from './shape.ts';
import { findWrong } from './shape.ts';

/** One place where a policy stands, as it was found: its names with their values, or why it cannot be read. */
export type PolicyDocument = {
  readonly source: PolicySource;
  readonly where: string;
  readonly found:
    | {
        readonly kind: 'read';
        readonly entries: readonly {
          readonly key: string;
          readonly value: unknown;
          readonly line: number | null;
          readonly doubled: boolean;
        }[];
      }
    | {
        /** `policy.problem.<kind>` says it in words. */
        readonly kind: 'unreadable';
        readonly problem: string;
        readonly line: number | null;
        readonly said: string;
      };
};

type Said = { readonly state: 'set'; readonly value: unknown } | { readonly state: 'closed' };
type Heard = { readonly said: ReadonlyMap<PolicyKey, Said>; readonly problems: readonly PolicyProblem[] };
type Entry = Extract<PolicyDocument['found'], { kind: 'read' }>['entries'][number];

/** Keys that shut something while they cannot be read. */
const shutting = policyKeyNames.filter((key) => definitionOf(key).closed.kind !== 'open');

/** A list without the entries that mean nothing, where the definition allows that. */
const usable = (definition: PolicyDefinition, value: unknown): unknown => {
  const { shape, partial } = definition;
  if (partial !== true || shape.kind !== 'list' || !Array.isArray(value)) return value;
  return value.filter((item) => findWrong(shape.of, item).length === 0);
};

const problemAt = (
  { source, where }: PolicyDocument,
  line: number | null,
  problem: Pick<PolicyProblem, 'kind' | 'path' | 'said'>,
): PolicyProblem => ({ ...problem, source, where, line });

const readEntry = (
  document: PolicyDocument,
  { key, value, line, doubled }: Entry & { readonly key: PolicyKey },
): { readonly said: Said; readonly problems: readonly PolicyProblem[] } => {
  if (doubled) {
    const problems = [problemAt(document, line, { kind: 'doubled', path: key, said: '' })];
    return { said: { state: 'closed' }, problems };
  }
  const definition = definitionOf(key);
  const kept = usable(definition, value);
  const say = ({ kind, path, expected }: Wrong): PolicyProblem =>
    problemAt(document, line, { kind, path: `${key}${path}`, said: expected });
  const problems = findWrong(definition.shape, value).map(say);
  return findWrong(definition.shape, kept).length === 0
    ? { said: { state: 'set', value: kept }, problems }
    : { said: { state: 'closed' }, problems };
};

const hear = (document: PolicyDocument): Heard => {
  const { found } = document;
  const said = new Map<PolicyKey, Said>();
  const problems: PolicyProblem[] = [];
  if (found.kind === 'unreadable') {
    for (const key of shutting) said.set(key, { state: 'closed' });
    problems.push(problemAt(document, found.line, { kind: found.problem, path: '', said: found.said }));
    return { said, problems };
  }
  const meant = new Set<PolicyKey>();
  for (const entry of found.entries) {
    const { key, line } = entry;
    // A place for the editor's help with the schema.
    if (key === '$schema') continue;
    if (isPolicyKey(key)) {
      const read = readEntry(document, { ...entry, key });
      said.set(key, read.said);
      problems.push(...read.problems);
    } else {
      const near = resembling(key);
      for (const one of near) meant.add(one);
      problems.push(
        problemAt(document, line, {
          kind: near.length === 0 ? 'unknown-key' : 'unknown-key-near',
          path: key.slice(0, 100),
          said: near.join(', '),
        }),
      );
    }
  }
  // A name with a slip in it was meant to close something: it is closed, unless the document says it elsewhere.
  for (const key of meant) if (!said.has(key)) said.set(key, { state: 'closed' });
  return { said, problems };
};

const rank: Readonly<Record<PolicySource, number>> = { file: 0, registry: 1, profile: 1 };

const strictestOf = (key: PolicyKey): { readonly value: unknown } | null => {
  const { closed } = definitionOf(key);
  return closed.kind === 'value' ? { value: closed.value } : null;
};

/**
 * What holds on this machine. Key by key, what the machine is managed with wins over its file. A key whose value cannot
 * be read falls to the strictest value there is, and a document that cannot be read does so for every key.
 */
export const readPolicy = (documents: readonly PolicyDocument[]): Policy => {
  const entries = new Map<PolicyKey, PolicyEntry>();
  const values: Record<string, unknown> = {};
  const problems: PolicyProblem[] = [];
  const sorted = [...documents].sort((one, other) => rank[one.source] - rank[other.source]);
  for (const document of sorted) {
    const heard = hear(document);
    problems.push(...heard.problems);
    for (const [key, said] of heard.said) {
      const { source, where } = document;
      const held = said.state === 'set' ? { value: said.value } : strictestOf(key);
      // What only helps, such as a name, stays as the other place says it.
      if (held === null && definitionOf(key).closed.kind === 'open') continue;
      if (held === null) Reflect.deleteProperty(values, key);
      else values[key] = held.value;
      entries.set(key, { key, source, where, state: said.state });
    }
  }
  const inOrder = policyKeyNames.flatMap((key) => {
    const entry = entries.get(key);
    return entry === undefined ? [] : [entry];
  });
  return { values, entries: inOrder, problems };
};
