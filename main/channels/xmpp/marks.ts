import type { RemoteChange } from '../kit/channel.ts';
import { idInName } from './map/message-names.ts';
import { quietId } from './map/said.ts';
import { bareJid, ns } from './names.ts';
import { element } from './stream/element.ts';
import type { Element } from './stream/element.ts';

/** The markers (XEP-0333) that tell people which of their messages were read. */
export const displayedMarks = (changes: readonly RemoteChange[]): readonly Element[] =>
  changes.flatMap((change) => {
    const id = idInName(change.name);
    const to = bareJid(change.room);
    if (change.kind !== 'seen' || !change.seen || id === null || to === null || bareJid(change.from) !== to)
      return [];
    return [
      element(
        'message',
        ns.client,
        { type: 'chat', to, id: `${quietId}${id.slice(0, 100)}` },
        element('displayed', ns.markers, { id }),
        element('store', ns.hints),
      ),
    ];
  });
