import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { MessageNames } from '../../store/erase/tombstones.ts';
import type { IngestBatch } from './intake.ts';

/** Everything that a message from a channel is known by, for those that were erased. */
export const namesOf = (
  { account, channel }: Pick<IngestBatch, 'account' | 'channel'>,
  inbound: Inbound,
  ids: readonly MessageId[],
): MessageNames => ({
  ids,
  channel,
  account,
  direction: inbound.direction,
  externalId: inbound.thread.self,
  clientId: inbound.clientId,
  name: inbound.name ?? null,
});
