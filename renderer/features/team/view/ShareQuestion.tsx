import { Button, Notice, useWords } from '#renderer/ui/index.ts';

/** Asks whether what is in this workspace becomes the team's, before that is so for good. */
export const ShareQuestion = ({
  count,
  doing,
  onShare,
  onCancel,
}: {
  readonly count: number;
  readonly doing: 'set-up' | 'join';
  readonly onShare: () => void;
  readonly onCancel: () => void;
}) => {
  const words = useWords();
  return (
    <div className="team-form">
      <Notice tone="warn" live title={words('team.share.title')}>
        <p>{words('team.share.what', { count })}</p>
        <p>{words('team.share.otherwise')}</p>
      </Notice>
      <div className="settings-actions">
        <Button kind="primary" onClick={onShare}>
          {words(`team.share.${doing}`)}
        </Button>
        {/* What cannot be taken back is not done by one Enter too many. */}
        <Button onClick={onCancel} autoFocus>
          {words('word.cancel')}
        </Button>
      </div>
    </div>
  );
};
