import * as v from 'valibot';
import type { Act } from '#shared/domain/audit/act.ts';
import type { ActionContext } from '../action.ts';
import { recordAct } from './record-act.ts';

/** Where it is kept which policies were in force: a digest of each value by its key, as JSON. */
const policiesSetting = 'policies';

/** Compares the policies in force with those of the last start, and records which keys have other values now. */
const notePolicies = (
  context: ActionContext,
  { digests }: { readonly digests: Readonly<Record<string, string>> },
): null => {
  const { db } = context;
  const row = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [policiesSetting]);
  const before = v.parse(v.record(v.string(), v.string()), JSON.parse(row?.value ?? '{}'));
  const keys = [...new Set([...Object.keys(before), ...Object.keys(digests)])]
    .filter((key) => before[key] !== digests[key])
    .toSorted();
  if (keys.length === 0) return null;
  db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [
    ...[policiesSetting, JSON.stringify(digests)],
  ]);
  recordAct(context, { kind: 'policies.changed', keys }, null);
  return null;
};

/** What is recorded of what happens outside any action, such as an export. */
export const auditActions = {
  'audit.record': (context: ActionContext, { act }: { readonly act: Act }): null => {
    recordAct(context, act);
    return null;
  },
  'audit.policies': notePolicies,
} as const;
