import type { OutboxId } from '#shared/kit/brand.ts';
import { createTimes } from '#shared/messages/times.ts';
import { usageFailure } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';

/** `outbox list`: what has not left yet, and why. */
export const listOutbox = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  const { rows } = accepted(await engine.call('outbox.list', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ outbox: rows }));
    return;
  }
  const times = createTimes(words.locale);
  const now = Date.now();
  const cells = rows.map((row) => [
    row.id,
    words(`cli.outbox.${row.state}`),
    times.short(row.sendsAt, now),
    row.to.map(({ address }) => address).join(', '),
    row.subject,
    row.failure === null
      ? ''
      : words.of(`delivery.failure.${row.failure.kind}`, {}, 'delivery.failure.unknown') +
        (row.failure.said === null ? '' : ` (${oneLine(row.failure.said)})`),
  ]);
  for (const line of table(cells, [null, null, null, 40, 40, null])) await terminal.out(line);
  if (rows.length === 0) terminal.note(words('cli.outbox.empty'));
};

/** `outbox retry`: tries a send again at the next sync; for an unknown outcome it is the person's decision to send once more. */
export const retryOutbox = async ({ engine, terminal }: OpenRun, id: string): Promise<void> => {
  accepted(await engine.call('outbox.retry', { id: id as OutboxId }));
  if (terminal.json) await terminal.out(JSON.stringify({ retrying: id }));
  else await terminal.out(terminal.words('cli.outbox.retry'));
};

/** `outbox settle`: says what became of a send whose outcome is unknown, or takes a failed one back. */
export const settleOutbox = async ({ engine, terminal }: OpenRun, id: string, as: string): Promise<void> => {
  if (as !== 'was-sent' && as !== 'back-to-draft') throw usageFailure('cli.usage.settle', { as });
  accepted(await engine.call('outbox.settle', { id: id as OutboxId, as }));
  if (terminal.json) await terminal.out(JSON.stringify({ settled: id, as }));
  else await terminal.out(terminal.words(`cli.outbox.settled.${as}`));
};
