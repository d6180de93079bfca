import { useId, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Dialog, useWords } from '#renderer/ui/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { allRefused, useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { useTeam } from './model/use-team.ts';
import { DialogFoot, RefusedHere } from './view/DialogFoot.tsx';
import { MemberPicker } from './view/MemberPicker.tsx';
import type { Picked } from './view/MemberPicker.tsx';
import { ReasonField, sendByEnter } from './view/ReasonField.tsx';
import './ownership.css';

type Props = {
  readonly ids: readonly ConversationId[];
  /** Who is chosen when the dialog opens. */
  readonly to?: Pick<Member, 'id' | 'name'>;
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** So many of the conversations say who knows the customers. */
const mostLookedAt = 200;

/** A lead gives conversations to somebody or to nobody; others may let go of their own. */
export const AssignDialog = ({ ids, to: preset, onDone, onCancel }: Props) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const noteField = useRef<HTMLTextAreaElement>(null);
  const { members, lead } = useTeam();
  const [only] = ids;
  const detail = useLive('conversation.get', ids.length === 1 && only !== undefined ? { id: only } : null);
  const owner = detail.data?.owner?.id ?? null;
  const suggested = useLive('balance.suggest', lead ? { ids: ids.slice(0, mostLookedAt) } : null).data;
  const [to, setTo] = useState<Picked>(
    preset !== undefined
      ? { kind: 'member', id: preset.id, name: preset.name }
      : { kind: lead ? 'none' : 'nobody' },
  );
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const change = useDialogChange();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (to.kind === 'none') return;
    const asked = engine.call('conversation.assign', {
      ids: [...ids],
      to: to.kind === 'member' ? to.id : null,
      note,
    });
    const changed = await change.run(asked, allRefused);
    if (changed === null) return;
    void changes.many(asked, (count) =>
      to.kind === 'member'
        ? words('ownership.assigned', { count, name: to.name })
        : words('ownership.released', { count }),
    );
    onDone();
  };

  return (
    <Dialog
      title={words('ownership.assign.title', { count: ids.length })}
      closeLabel={words('word.close')}
      onClose={onCancel}
      footer={
        <DialogFoot
          form={form}
          label={
            to.kind === 'member'
              ? words('ownership.assign.do.to', { name: to.name })
              : words(to.kind === 'nobody' ? 'ownership.assign.do.nobody' : 'ownership.assign.do')
          }
          busy={change.busy}
          onCancel={onCancel}
        />
      }
    >
      <form
        id={form}
        className="ownership-form"
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        {lead ? null : <p className="ownership-hint">{words('ownership.assign.only-let-go')}</p>}
        <MemberPicker
          label={words('ownership.member.choices')}
          members={lead ? members.filter(({ id }) => id !== owner) : []}
          suggested={suggested?.suggestions ?? []}
          withNobody={ids.length > 1 || owner !== null}
          picked={to}
          error={tried && to.kind === 'none' ? words('ownership.transfer.to.missing') : null}
          onPick={setTo}
          onNext={() => noteField.current?.focus()}
        />
        <ReasonField
          ref={noteField}
          label={words('ownership.assign.note')}
          hint={words('ownership.assign.note.hint')}
          firstFocus={preset !== undefined}
          value={note}
          onChange={setNote}
        />
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};
