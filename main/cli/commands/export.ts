import type { ConversationId } from '#shared/kit/brand.ts';
import type { ExportedMessage } from '#main/engine/host/headless.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';
import { openSink } from '../terminal.ts';
import type { Sink } from '../terminal.ts';
import { jsonLine } from '../writing/json-line.ts';
import { mboxEntry } from '../writing/mbox-entry.ts';
import { conversationIdOf } from './conversations.ts';

export type ExportOptions = {
  readonly format: string;
  readonly conversation?: string | undefined;
  readonly out?: string | undefined;
  readonly sources?: boolean | undefined;
};

type Tally = { written: number; withoutSource: number; partial: number; damaged: number };

const asMbox = (message: ExportedMessage, tally: Tally): Uint8Array | null => {
  const source = message.source();
  if (source === 'damaged') tally.damaged += 1;
  else if (source === null) tally.withoutSource += 1;
  else {
    if (message.sourcePartial) tally.partial += 1;
    return mboxEntry({ from: message.from.address, at: message.at, source });
  }
  return null;
};

const asJson = (message: ExportedMessage, tally: Tally, sources: boolean): string => {
  const source = sources ? message.source() : null;
  if (source === 'damaged') tally.damaged += 1;
  return jsonLine(message, source === 'damaged' ? null : source);
};

const conversationToExport = async (
  { engine }: OpenRun,
  text: string | undefined,
): Promise<ConversationId | null> => {
  if (text === undefined) return null;
  const id = conversationIdOf(text);
  accepted(await engine.call('conversation.get', { id }));
  return id;
};

const writeAll = async (
  run: OpenRun,
  sink: Sink,
  conversation: ConversationId | null,
  options: ExportOptions,
): Promise<Tally> => {
  const tally: Tally = { written: 0, withoutSource: 0, partial: 0, damaged: 0 };
  for (const message of run.engine.messages(conversation)) {
    if (run.terminal.readerGone()) break;
    if (run.signal.aborted) throw new CliFailure(exitCodes.failed, 'stopped', 'cli.stopped');
    const entry =
      options.format === 'mbox' ? asMbox(message, tally) : asJson(message, tally, options.sources === true);
    if (entry === null) continue;
    await sink.write(entry);
    tally.written += 1;
  }
  await sink.end();
  return tally;
};

/** `export`: all messages, or those of one conversation, as mbox (mboxrd) or JSON lines. */
export const exportAll = async (run: OpenRun, options: ExportOptions): Promise<void> => {
  const { terminal } = run;
  const { words } = terminal;
  if (options.format !== 'mbox' && options.format !== 'jsonl') {
    throw usageFailure('cli.usage.format', { format: options.format });
  }
  const conversation = await conversationToExport(run, options.conversation);
  const tally = await writeAll(run, await openSink(options.out, terminal), conversation, options);
  await run.engine.exported(conversation, tally.written);
  if (terminal.json && options.out !== undefined) {
    await terminal.out(JSON.stringify({ exported: tally }));
  }
  terminal.note(words('cli.export.done', { count: tally.written }));
  if (tally.withoutSource > 0) terminal.note(words('cli.export.no-source', { count: tally.withoutSource }));
  if (tally.partial > 0) terminal.note(words('cli.export.partial', { count: tally.partial }));
  if (tally.damaged > 0) {
    throw new CliFailure(exitCodes.failed, 'damaged', 'cli.export.damaged', { count: tally.damaged });
  }
};
