import { useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  DialogFoot,
  ReasonField,
  RefusedHere,
  sendByEnter,
  useChanges,
  useDialogChange,
} from '#renderer/features/ownership/index.ts';
import { Busy, Dialog, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { HandOverPreview, Receiver } from '#shared/contract/leads.ts';
import type { Member } from '#shared/contract/ownership.ts';
import { editedShares } from './model/edited.ts';
import { useWish } from './model/use-wish.ts';
import type { Wish } from './model/use-wish.ts';
import { Choices } from './view/Choices.tsx';
import { MoveList } from './view/MoveList.tsx';
import { Shares } from './view/Shares.tsx';
import './leads.css';

type Props = { readonly member: Member; readonly onClose: () => void };

const What = ({ preview, member }: { readonly preview: HandOverPreview; readonly member: Member }) => {
  const words = useWords();
  const { open, followUps, checks, covered } = preview;
  return (
    <div className="leads-intro">
      <p>{words('hand-over.intro', { name: member.name, open, followUps, checks })}</p>
      {covered === 0 ? null : (
        <p className="leads-hint">{words('hand-over.covered', { name: member.name, count: covered })}</p>
      )}
    </div>
  );
};

const Where = ({
  preview,
  member,
  wish,
}: {
  readonly preview: HandOverPreview;
  readonly member: Member;
  readonly wish: Wish;
}) => {
  const words = useWords();
  const { moves, total, shares, checksKept } = preview;
  const spreads = wish.how === 'spread';
  return (
    <>
      {checksKept === 0 ? null : (
        <p className="leads-hint">
          {words('hand-over.checks.own', { name: member.name, count: checksKept })}
        </p>
      )}
      {spreads && moves.length > 0 ? (
        <MoveList
          moves={moves}
          total={total}
          edits={wish.edits}
          members={wish.others}
          staysWith={null}
          onEdit={wish.edit}
        />
      ) : null}
      <Shares shares={spreads ? editedShares(shares, moves, wish.edits, member.id) : shares} />
    </>
  );
};

/** Accepts what is on screen; answers whether it was done. */
const useAccept = (member: Member) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const change = useDialogChange();
  const accept = async (to: Receiver, checks: Wish['checks'], note: string): Promise<boolean> => {
    const done = await change.run(
      engine.call('hand-over.accept', {
        member: member.id,
        to: to.kind === 'one' ? to : { kind: 'spread', edits: [...to.edits] },
        checks,
        note,
      }),
    );
    if (done === null) return false;
    const { conversations, followUps, checksKept: kept, undo } = done;
    changes.done(words('hand-over.done', { name: member.name, conversations, followUps, kept }), [undo]);
    return true;
  };
  return { accept, busy: change.busy, refusal: change.refusal };
};

/** Hands over everything that a member has: shows what it is and where it would go, and does it in one step. */
export const HandOverDialog = ({ member, onClose }: Props) => {
  const words = useWords();
  const form = useId();
  const wish = useWish(member);
  const [note, setNote] = useState('');
  const { accept, busy, refusal } = useAccept(member);
  const to = wish.toFor([]);
  const asked = useLive('hand-over.preview', {
    member: member.id,
    to: to.kind === 'one' ? to : { kind: 'spread', edits: [] },
    checks: wish.checks,
  });
  // What was asked before stays on screen while another way is reckoned.
  const [before, setBefore] = useState<HandOverPreview | undefined>();
  if (asked.data !== undefined && asked.data !== before) setBefore(asked.data);
  const preview = asked.data ?? (asked.error === null ? before : undefined);
  const nothing = preview !== undefined && preview.open + preview.followUps + preview.checks === 0;

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (asked.data === undefined || nothing) return;
    if (await accept(wish.toFor(asked.data.moves), wish.checks, note)) onClose();
  };

  return (
    <Dialog
      size="large"
      title={words('hand-over.title', { name: member.name })}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <DialogFoot
          form={form}
          label={words('hand-over.do')}
          busy={busy}
          disabled={asked.data === undefined || nothing}
          onCancel={onClose}
        />
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
        {preview === undefined ? null : nothing ? (
          <p>{words('hand-over.nothing', { name: member.name })}</p>
        ) : (
          <What preview={preview} member={member} />
        )}
        {nothing ? null : <Choices member={member} wish={wish} withChecks={(preview?.checks ?? 0) > 0} />}
        {preview !== undefined ? (
          nothing ? null : (
            <Where preview={preview} member={member} wish={wish} />
          )
        ) : asked.error === null ? (
          <Busy subject={words('word.loading')} />
        ) : (
          <Notice tone="bad">
            <p>{refusalWords(words, asked.error.failure)}</p>
          </Notice>
        )}
        {nothing ? null : <ReasonField label={words('balance.note')} value={note} onChange={setNote} />}
        <RefusedHere refusal={refusal} />
      </form>
    </Dialog>
  );
};
