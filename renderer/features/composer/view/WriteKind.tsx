import { classes, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import './write-kind.css';

const kinds = ['reply', 'note'] as const;
const actions = { reply: 'conversation.reply', note: 'conversation.note' } as const;

/** Whether what is written goes to the customer or stays inside. */
export const WriteKind = ({
  kind,
  onChoose,
}: {
  readonly kind: (typeof kinds)[number];
  /** The other one was chosen. */
  readonly onChoose: () => void;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  return (
    <div className="write-kind" role="group" aria-label={words('composer.kind')}>
      {kinds.map((one) => (
        <button
          key={one}
          type="button"
          className={classes('write-kind-one', one === kind && 'write-kind-chosen')}
          aria-pressed={one === kind}
          data-tooltip={words(`composer.kind.${one}`)}
          data-keys={keysOf(actions[one])}
          onClick={() => {
            if (one !== kind) onChoose();
          }}
        >
          {words(`composer.kind.${one}`)}
        </button>
      ))}
    </div>
  );
};
