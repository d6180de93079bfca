import type { Writable } from 'node:stream';
import type { AuditFilter, AuditFormat } from '#shared/contract/audit.ts';
import { leads } from '#shared/domain/member.ts';
import { roleOf, viewerOf } from '../store/read/members.ts';
import type { ReadableDb } from '../store/driver.ts';
import type { Workspace } from '../workspace.ts';
import { writeAudit } from './audit-file.ts';

/** What whoever sits here may see of it: agents of a team what they did themselves, all others everything. */
export const seenOf = (
  db: ReadableDb,
  filter: AuditFilter,
): { readonly scope: 'all' | 'own'; readonly filter: AuditFilter } => {
  const { me, alone } = viewerOf(db);
  return alone || leads(roleOf(db, me))
    ? { scope: 'all', filter }
    : { scope: 'own', filter: { ...filter, person: me } };
};

/** Writes what whoever sits here may see of the audit, and records that they did; answers how many rows that were. */
export const exportAudit = async (
  { db, words, writer }: Pick<Workspace, 'db' | 'words' | 'writer'>,
  wanted: AuditFilter,
  format: AuditFormat,
  out: Writable,
): Promise<number> => {
  const rows = await writeAudit(db, words, seenOf(db, wanted).filter, format, out);
  await writer.run('audit.record', { act: { kind: 'audit.exported', format, rows } });
  return rows;
};
