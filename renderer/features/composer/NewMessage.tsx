import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Busy, Button, EmptyState, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import { Composer } from './Composer.tsx';

type Standing =
  | { readonly kind: 'starting' }
  | { readonly kind: 'refused'; readonly failure: { readonly kind: string } }
  | { readonly kind: 'writing'; readonly id: DraftId; readonly fresh: boolean };

/** Starts a message that answers nothing, in the place of a conversation. */
export const NewMessage = () => {
  const words = useWords();
  const engine = useEngine();
  const { place, go } = useNavigation();
  const [standing, setStanding] = useState<Standing>({ kind: 'starting' });
  const { account } = place.query;

  useEffect(() => {
    let wanted = true;
    const start = { conversation: null, message: null, mode: 'new' as const, account };
    void engine.call('draft.start', start).then((answer) => {
      if (!wanted) return;
      setStanding(
        answer.ok
          ? {
              kind: 'writing',
              id: answer.value.id,
              fresh: answer.value.html === '' && answer.value.to.length === 0,
            }
          : { kind: 'refused', failure: answer.failure },
      );
    });
    return () => {
      wanted = false;
    };
    // Going to another account while writing does not begin another message.
  }, [engine, account]);

  if (standing.kind === 'starting') return <Busy subject={words('composer.opening')} />;
  if (standing.kind === 'refused')
    return (
      <EmptyState
        title={refusalWords(words, standing.failure)}
        actions={
          standing.failure.kind === 'no-account' ? (
            <Button kind="primary" onClick={() => go({ kind: 'connect' })}>
              {words('composer.no-account.connect')}
            </Button>
          ) : undefined
        }
      />
    );
  const close = (): void => go({ kind: 'close' });
  return (
    <div className="new-message">
      <Composer
        key={standing.id}
        id={standing.id}
        seen={null}
        fresh={standing.fresh}
        onSent={(id) => go({ kind: 'open', id })}
        onHide={close}
        onGone={close}
        onShowNew={close}
        onNote={null}
      />
    </div>
  );
};
