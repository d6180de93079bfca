import { useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  DialogFoot,
  ReasonField,
  RefusedHere,
  allRefused,
  sendByEnter,
  useChanges,
  useDialogChange,
  useTeam,
} from '#renderer/features/ownership/index.ts';
import { Busy, Dialog, useWords } from '#renderer/ui/index.ts';
import type { BalancePlan } from '#shared/contract/leads.ts';
import type { Member } from '#shared/contract/ownership.ts';
import { editedShares, movesOf } from './model/edited.ts';
import type { Edits } from './model/edited.ts';
import { MoveList } from './view/MoveList.tsx';
import { Shares } from './view/Shares.tsx';
import './leads.css';

const none: BalancePlan = { moves: [], total: 0, shares: [] };

/** Suggests what a member who has too much could give away; a lead changes it and accepts it in one step. */
export const BalanceDialog = ({
  member,
  onClose,
}: {
  readonly member: Member;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const { members } = useTeam();
  const { data: plan } = useLive('balance.plan', { member: member.id });
  const [edits, setEdits] = useState<Edits>(new Map());
  const [note, setNote] = useState('');
  const change = useDialogChange();
  const { name } = member;
  const { moves, total, shares } = plan ?? none;
  const chosen = movesOf(moves, edits);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (chosen.length === 0) return;
    const asked = engine.call('balance.accept', { member: member.id, moves: [...chosen], note });
    const changed = await change.run(asked, allRefused);
    if (changed === null) return;
    void changes.many(asked, (count) => words('balance.done', { count }));
    onClose();
  };

  return (
    <Dialog
      size="large"
      title={words('balance.title', { name })}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        moves.length === 0 ? undefined : (
          <DialogFoot
            form={form}
            label={words('balance.do', { count: chosen.length })}
            busy={change.busy}
            disabled={chosen.length === 0}
            onCancel={onClose}
          />
        )
      }
    >
      <form
        id={form}
        className="leads-form"
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        {plan === undefined ? (
          <Busy subject={words('word.loading')} />
        ) : (
          <p className="leads-intro">
            {words(moves.length === 0 ? 'balance.none' : 'balance.intro', { name })}
          </p>
        )}
        {moves.length === 0 ? null : (
          <MoveList
            moves={moves}
            total={total}
            edits={edits}
            members={members.filter(({ id }) => id !== member.id)}
            staysWith={name}
            onEdit={(conversation, to) => setEdits((before) => new Map(before).set(conversation, to))}
          />
        )}
        {shares.length === 0 ? null : <Shares shares={editedShares(shares, moves, edits, member.id)} />}
        {moves.length === 0 ? null : (
          <ReasonField label={words('balance.note')} value={note} onChange={setNote} />
        )}
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};
