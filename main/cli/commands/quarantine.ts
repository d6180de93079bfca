import { formatSize } from '#shared/messages/sizes.ts';
import { createTimes } from '#shared/messages/times.ts';
import { printable, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';

type Row = {
  readonly id: string;
  readonly at: number;
  readonly account: string;
  readonly where: string;
  readonly reason: string;
  readonly size: number;
};

/** `quarantine list`: what came but could not be read; it is kept as it came. */
export const listQuarantine = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: { readonly rows: readonly Row[]; readonly next: string | null } = accepted(
      await engine.call('quarantine.list', { after, limit: 200 }),
    );
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ quarantine: rows }));
    return;
  }
  const { words } = terminal;
  const times = createTimes(words.locale);
  const now = Date.now();
  const cells = rows.map((row) => [
    row.id.slice(0, 12),
    times.short(row.at, now),
    row.account,
    row.where,
    formatSize(row.size, words.locale),
    words.of(`quarantine.reason.${row.reason}`, {}, 'cli.quarantine.reason'),
  ]);
  for (const line of table(cells)) await terminal.out(line);
  if (rows.length === 0) terminal.note(words('cli.quarantine.empty'));
};

/** `quarantine show`: the item as it came. The beginning of its id is enough. */
export const showQuarantine = async ({ engine, terminal }: OpenRun, wanted: string): Promise<void> => {
  let id = wanted;
  let after: string | null = null;
  do {
    const page: { readonly rows: readonly Row[]; readonly next: string | null } = accepted(
      await engine.call('quarantine.list', { after, limit: 200 }),
    );
    id = page.rows.find((row) => row.id.startsWith(wanted))?.id ?? id;
    after = page.next;
  } while (after !== null && id === wanted);
  const source = accepted(await engine.call('quarantine.source', { id }));
  await terminal.out(terminal.json ? JSON.stringify({ id, ...source }) : printable(source.text));
};
