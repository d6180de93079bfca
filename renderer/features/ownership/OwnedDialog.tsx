import { StickyNote, UserCheck } from 'lucide-react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, Dialog, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useActionDesk } from '#renderer/workbench/index.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useChanges } from './model/use-changes.ts';
import { allRefused, useDialogChange } from './model/use-dialog-change.ts';
import { useTeam } from './model/use-team.ts';
import { RefusedHere } from './view/DialogFoot.tsx';
import './ownership.css';

/** Events that give a conversation to somebody. */
const giving: ReadonlySet<ConversationEventKind> = new Set<ConversationEventKind>([
  'conversation.claimed',
  'conversation.assigned',
  'conversation.transferred',
  'conversation.returned',
  'conversation.covered',
  'conversation.given-back',
]);

/** As many entries of the timeline as are looked through for when the owner got it. */
const lookedThrough = 100;

const useOwnedSince = (id: ConversationId): number | null => {
  const timeline = useLive('conversation.timeline', { id, before: null, limit: lookedThrough });
  return timeline.data?.items.findLast((item) => item.kind === 'event' && giving.has(item.event))?.at ?? null;
};

/** A claim was refused: says who owns the conversation since when, and what can be done instead. */
export const OwnedDialog = ({
  id,
  name,
  onDone,
  onCancel,
}: {
  readonly id: ConversationId;
  readonly name: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const engine = useEngine();
  const changes = useChanges();
  const desk = useActionDesk();
  const { me, lead } = useTeam();
  const since = useOwnedSince(id);
  const change = useDialogChange();

  const take = async (): Promise<void> => {
    if (me === null) return;
    const asked = engine.call('conversation.assign', { ids: [id], to: me.id, note: '' });
    if ((await change.run(asked, allRefused)) === null) return;
    void changes.many(asked, (count) => words('ownership.claimed', { count }));
    onDone();
  };
  return (
    <Dialog
      title={words('ownership.owned.title', { name })}
      closeLabel={words('word.close')}
      size="small"
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>{words('word.close')}</Button>
          {desk.find('conversation.note') === null ? null : (
            <Button
              icon={StickyNote}
              onClick={() => {
                onCancel();
                // The dialog gives the focus back first.
                setTimeout(() => desk.run('conversation.note'));
              }}
            >
              {words('ownership.owned.note')}
            </Button>
          )}
          {lead ? (
            <Button
              kind="primary"
              icon={UserCheck}
              busy={change.busy}
              onClick={() => {
                void take();
              }}
            >
              {words('ownership.owned.assign')}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="ownership-form">
        {since === null ? null : (
          <p>{words('ownership.owned.since', { name, time: times.words(since, now) })}</p>
        )}
        <p>{words('ownership.owned.words', { name })}</p>
        {lead ? <p className="ownership-hint">{words('ownership.owned.lead')}</p> : null}
        <RefusedHere refusal={change.refusal} />
      </div>
    </Dialog>
  );
};
