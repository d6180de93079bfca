import { existsSync } from 'node:fs';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { auditFormats } from '#shared/contract/audit.ts';
import { auditTopics } from '#shared/domain/audit/topics.ts';
import { leastRetentionDays, mostRetentionDays } from '#shared/domain/erasure/retention.ts';
import { createTimes } from '#shared/messages/times.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import { oneLine } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';
import { openSink } from '../terminal.ts';
import { customerOf } from './customers.ts';

export type AuditOptions = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly topic?: string | undefined;
  readonly format: string;
  readonly out?: string | undefined;
};

const dayMs = 86_400_000;

/** The first moment of a day by UTC, or of the one after, in ms; null where no day was given. */
const dayOf = (what: string, text: string | undefined, later: number): number | null => {
  if (text === undefined) return null;
  const at = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // 30 February is none, although it is taken for 2 March.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) {
    throw usageFailure('cli.usage.day', { what, day: oneLine(text) });
  }
  return at + later * dayMs;
};

/** `audit export`: who did what, as CSV or JSON. */
export const exportAudit = async ({ engine, terminal }: OpenRun, options: AuditOptions): Promise<void> => {
  const format = auditFormats.find((one) => one === options.format);
  if (format === undefined) throw usageFailure('cli.usage.audit-format', { format: oneLine(options.format) });
  const topic = auditTopics.find((one) => one === options.topic) ?? null;
  if (options.topic !== undefined && topic === null) {
    throw usageFailure('cli.usage.audit-topic', { topic: oneLine(options.topic) });
  }
  const from = dayOf('--from', options.from, 0);
  const to = dayOf('--to', options.to, 1);
  const sink = await openSink(options.out, terminal);
  const out = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      sink.write(bytes).then(() => done(), done);
    },
  });
  const ended = finished(out);
  const rows = await engine.exportAudit({ person: null, topic, from, to }, format, out);
  out.end();
  await ended;
  await sink.end();
  if (terminal.json && options.out !== undefined) await terminal.out(JSON.stringify({ rows }));
  terminal.note(terminal.words('cli.audit.done', { rows }));
};

/** `customer export`: everything about one customer as a ZIP file. */
export const exportCustomer = async (
  { engine, terminal, signal }: OpenRun,
  who: string,
  { out, notes = false }: { readonly out: string; readonly notes?: boolean | undefined },
): Promise<void> => {
  const { id } = await customerOf(engine, who);
  if (existsSync(out))
    throw new CliFailure(exitCodes.refused, 'file-exists', 'cli.file.exists', { path: out });
  const stop = (): void => {
    void engine.call('export.stop', {});
  };
  signal.addEventListener('abort', stop);
  const made = accepted(await engine.exportCustomer(id, notes, out));
  signal.removeEventListener('abort', stop);
  if (made.kind !== 'saved') throw new CliFailure(exitCodes.failed, 'stopped', 'cli.stopped');
  const { messages, files, missing } = made;
  if (terminal.json) await terminal.out(JSON.stringify({ messages, files, missing, file: out }));
  terminal.note(terminal.words('cli.customer.export.done', { messages, files, name: out }));
  if (missing > 0) terminal.note(terminal.words('cli.customer.export.left', { count: missing }));
};

/** `retention show`: the rule by which closed conversations go, whose it is, and how many would go now. */
export const showRetention = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  const { rule, team, may } = accepted(await engine.call('retention.state', {}));
  const would =
    rule === null ? null : accepted(await engine.call('retention.count', { days: rule.days })).conversations;
  if (terminal.json) {
    const firstAt = rule === null ? null : new Date(rule.firstAt).toISOString();
    await terminal.out(JSON.stringify({ days: rule?.days ?? null, firstAt, team, may, would }));
    return;
  }
  if (rule === null) await terminal.out(words('retention.none'));
  else {
    await terminal.out(words('retention.is-on', { days: rule.days }));
    await terminal.out(words('retention.first', { time: createTimes(words.locale).full(rule.firstAt) }));
    await terminal.out(words('retention.would', { count: would ?? 0 }));
  }
  if (team) await terminal.out(words('retention.team'));
};

/** `retention set` and `off`: changes the rule, in a team for everybody. */
export const setRetention = async ({ engine, terminal }: OpenRun, days: string | null): Promise<void> => {
  const { words } = terminal;
  const [least, most] = [leastRetentionDays, mostRetentionDays];
  const wanted = days === null ? null : Number(days);
  if (wanted !== null && !(Number.isInteger(wanted) && wanted >= least && wanted <= most))
    throw usageFailure('retention.days.wrong', { least, most });
  accepted(await engine.call('retention.set', { days: wanted }));
  const { team } = accepted(await engine.call('retention.state', {}));
  if (terminal.json) await terminal.out(JSON.stringify({ days: wanted, team }));
  else {
    await terminal.out(words(wanted === null ? 'retention.unset' : 'retention.set'));
    if (team) await terminal.out(words('retention.team'));
  }
};

/** `diagnostics`: facts about this Steward for whoever helps. */
export const showDiagnostics = async ({ engine, terminal }: OpenRun, check: boolean): Promise<void> => {
  const { text } = accepted(await engine.call('diagnostics.collect', { check, screen: null }));
  await terminal.out(text.trimEnd());
};
