import { UnusableWays } from '#renderer/features/recovery/index.ts';
import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import type { AppState } from '#shared/contract/app.ts';
import { Sheet } from './view/Sheet.tsx';

/** The workspace is there and cannot be opened: why, and what to do. */
export const Unusable = ({
  state,
  onAgain,
}: {
  readonly state: Extract<AppState, { kind: 'unusable' }>;
  readonly onAgain: () => void;
}) => {
  const words = useWords();
  const { reason, detail } = state;
  const recoverable = reason === 'damaged' || reason === 'wrong-key' ? reason : null;
  return (
    <Sheet title={words('app.failure.title')}>
      {recoverable === null ? (
        <Notice tone="bad" live>
          <p>{words.of(`app.failure.${reason}`, {}, 'app.failure.unknown')}</p>
        </Notice>
      ) : (
        <UnusableWays reason={recoverable} />
      )}
      {detail === '' ? null : (
        <details className="first-run-detail">
          <summary>{words('app.failure.detail')}</summary>
          <pre>{detail}</pre>
        </details>
      )}
      <div>
        <Button kind={recoverable === null ? 'primary' : 'quiet'} onClick={onAgain}>
          {words('app.failure.again')}
        </Button>
      </div>
    </Sheet>
  );
};
