import { useLive } from '#renderer/engine-client/index.ts';
import { Menu, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useProfiles, useToasts, useWho } from '#renderer/workbench/index.ts';
import type { Way } from '#shared/contract/compose.ts';
import type { DraftHands, OpenDraft } from '../model/use-draft.ts';

/** By which channel and to which address an answer goes, where the customer can be reached in several ways. */
export const WayChoice = ({
  open,
  hands,
  onAnew,
}: {
  readonly open: OpenDraft;
  readonly hands: DraftHands;
  /** The draft was changed by other hands than the editor's, which has to read it anew. */
  readonly onAnew: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const toasts = useToasts();
  const profileOf = useProfiles();
  const whoOf = useWho();
  const ways =
    useLive('draft.ways', open.draft.mode === 'new' ? null : { id: open.draft.id }).data?.ways ?? [];
  const chosen = ways.find((way) => way.chosen);
  if (ways.length < 2 || chosen === undefined) return null;
  const channelOf = (way: Way): string => words.of(`channel.${way.channel}`, {}, 'channel.other');
  const addressOf = ({ channel, to }: Way): string =>
    profileOf(channel)?.readableAddresses === false ? whoOf(to, channel) : to.address;
  const go = async (way: Way): Promise<void> => {
    const answer = await hands.through(way.account, way.to.address);
    if (answer === null) return;
    if (answer.ok) onAnew();
    else toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <Menu
      label={words('composer.way')}
      kind="quiet"
      small
      items={ways.map((way) => ({
        id: `${way.account} ${way.to.address}`,
        label: words(way.heardAt === null ? 'composer.way.never' : 'composer.way.heard', {
          channel: channelOf(way),
          address: addressOf(way),
          time: way.heardAt === null ? '' : times.words(Math.min(way.heardAt, now), now),
        }),
        checked: way.chosen,
        run: () => {
          if (!way.chosen) void go(way);
        },
      }))}
    >
      {words('composer.way.by', { channel: channelOf(chosen) })} ▾
    </Menu>
  );
};
