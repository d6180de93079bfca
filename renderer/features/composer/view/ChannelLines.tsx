import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import type { DraftEdit } from '#shared/contract/compose.ts';
import type { ChannelStanding } from '../model/use-channel.ts';
import type { DraftHands, OpenDraft } from '../model/use-draft.ts';
import { VisibilityStrip } from './VisibilityStrip.tsx';
import { WindowLine } from './WindowLine.tsx';

/** Above what is written: who will see it, and until when the channel takes it. */
export const ChannelLines = ({
  open,
  hands,
  standing,
}: {
  readonly open: OpenDraft;
  readonly hands: DraftHands;
  readonly standing: ChannelStanding;
}) => {
  const { visibility, choices, customer, name, now } = standing;
  const { windowUntil } = open.draft;
  const change = (patch: Partial<DraftEdit>): void => hands.change(patch);
  return (
    <>
      {visibility === null ? null : (
        <VisibilityStrip
          visibility={visibility}
          choices={choices}
          warning={open.edit.warning ?? ''}
          customer={customer}
          onChange={(chosen) => change({ visibility: chosen })}
          onWarning={(warning) => change({ warning })}
        />
      )}
      {standing.window.kind === 'none' || windowUntil === null ? null : (
        <WindowLine until={windowUntil} now={now} channel={name} never={standing.neverHeard} />
      )}
    </>
  );
};

/** In place of the editor where the channel takes nothing now; what was written is kept below. */
export const ShutNotice = ({ name, kept }: { readonly name: string; readonly kept: boolean }) => {
  const words = useWords();
  return (
    <Notice tone="warn" live title={words('composer.shut', { channel: name })}>
      <p>{words(kept ? 'composer.shut.kept' : 'composer.shut.what')}</p>
    </Notice>
  );
};

/** Why the last try to send was refused, with the way out where there is one. */
export const RefusalNotice = ({
  refusal,
  parts,
  onSplit,
}: {
  readonly refusal: string;
  /** How many messages it could go as; null where it cannot. */
  readonly parts: number | null;
  readonly onSplit: () => void;
}) => {
  const words = useWords();
  return (
    <Notice
      tone="bad"
      live
      actions={
        parts === null ? undefined : (
          <Button small kind="primary" onClick={onSplit}>
            {words('composer.long.split', { count: parts })}
          </Button>
        )
      }
    >
      <p>{refusal}</p>
    </Notice>
  );
};
