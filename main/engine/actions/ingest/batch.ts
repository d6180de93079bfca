import { isHistoric } from '#shared/domain/conversation/decide.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import { indexIdentity } from '../../store/write/customer-shown.ts';
import { indexMessages } from '../../store/write/search-index.ts';
import { readStream, saveProgress } from '../../store/write/streams.ts';
import type { Action, ActionContext } from '../action.ts';
import { applyChanges } from './changes.ts';
import { takeFact } from './facts.ts';
import type { IngestBatch, Ingested, Intake, Taken } from './intake.ts';
import { takeIn } from './take-in.ts';
import { quarantine } from './quarantine.ts';

/** A batch this small, after the import, is searchable at once; larger ones are left to the background. */
const indexedAtOnce = 20;

/** Takes in a batch: quarantine, messages, conversations, events, flags and cursor, all in this transaction. */
export const ingestBatch: Action<IngestBatch, Ingested> = (given, batch) => {
  const identitiesToIndex = new Set<number>();
  const context: ActionContext = { ...given, identitiesToIndex };
  const { db, clock } = context;
  const now = clock.now();
  const stream = readStream(db, batch.account, batch.stream);
  const importing = stream.importedAt === null;
  const reference = importing ? (stream.importStartedAt ?? now) : now;
  const intake: Intake = {
    batch,
    own: new Set(batch.own.map(comparable)),
    stream,
    importing,
    historic: (at) => isHistoric(at, reference),
  };
  const taken = batch.items.map((item) => {
    const one = takeItem(context, intake, item);
    context.team?.next();
    return one;
  });
  applyChanges(context, batch);
  const added = taken.filter((one) => one.kind === 'added');
  // All at the end and upwards: FTS5 writes its pending words out at a row of a table with triggers, and at a smaller number.
  for (const num of [...identitiesToIndex].sort((one, other) => one - other)) indexIdentity(db, num);
  finish(context, intake, added);
  const moved = saveProgress(db, { ...batch, now, importing });
  if (moved || added.length > 0) context.changed({ topic: 'accounts' });
  return {
    added: added.length,
    quarantined: taken.filter((one) => one.kind === 'quarantined').length,
    arrived: added.map((one) => one.arrival).filter((arrival) => arrival !== null),
    echoes: taken.filter((one) => one.kind === 'echo').map((one) => one.echo),
  };
};

const takeItem = (context: ActionContext, intake: Intake, item: ParsedItem): Taken => {
  const { result } = item;
  switch (result.kind) {
    case 'unreadable':
      return quarantine(context, intake, item, result.reason);
    case 'message':
      return takeIn(context, intake, item, result);
    default:
      return takeFact(context, { ...intake.batch, historic: intake.historic }, result);
  }
};

const finish = (
  context: ActionContext,
  { batch, importing }: Intake,
  added: readonly Extract<Taken, { kind: 'added' }>[],
): void => {
  if (added.length === 0) return;
  context.changed({ topic: 'lists' });
  context.changed({ topic: 'customers' });
  context.db.run('UPDATE account SET last_received_at = max(ifnull(last_received_at, 0), ?) WHERE id = ?', [
    Math.max(...added.map((one) => one.at)),
    batch.account,
  ]);
  if (!importing && added.length <= indexedAtOnce) {
    indexMessages(
      context.db,
      added.map((one) => one.seq),
    );
  }
  context.changed({ topic: 'index' });
};
