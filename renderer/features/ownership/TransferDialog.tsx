import { useId, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { WhenPicker } from '#renderer/features/when/index.ts';
import { Button, Dialog, SelectField, useNow, useWords } from '#renderer/ui/index.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { usualCheckTime } from './model/check-time.ts';
import { allRefused, useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { localZone, useDates } from './model/use-dates.ts';
import { useTeam } from './model/use-team.ts';
import { DialogFoot, RefusedHere } from './view/DialogFoot.tsx';
import { MemberPicker } from './view/MemberPicker.tsx';
import type { Picked } from './view/MemberPicker.tsx';
import { ReasonField, sendByEnter } from './view/ReasonField.tsx';
import './ownership.css';

type Props = {
  readonly ids: readonly ConversationId[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** After how many hours a conversation may come back that nobody took up. */
const returnHours = [1, 2, 4, 8, 24, 48] as const;
const hourMs = 3_600_000;

/** So many of the conversations say who knows the customers. */
const mostLookedAt = 200;

/** Who keeps the check: I, one other member, or for several conversations whoever has each of them. */
const useGiver = (ids: readonly ConversationId[]) => {
  const [only] = ids;
  const { me } = useTeam();
  const detail = useLive('conversation.get', ids.length === 1 && only !== undefined ? { id: only } : null);
  if (ids.length > 1) return { kind: 'each' } as const;
  const owner = detail.data?.owner ?? null;
  return owner === null || owner.id === me?.id
    ? ({ kind: 'me', owner: owner?.id ?? null } as const)
    : ({ kind: 'other', owner: owner.id, name: owner.name } as const);
};

/** Whom these conversations can go to: not whoever has the only one, and not oneself where one would check on oneself. */
const useReceivers = (giver: ReturnType<typeof useGiver>) => {
  const { members, me, lead } = useTeam();
  const already: MemberId | null = giver.kind === 'each' ? null : giver.owner;
  return members.filter(
    ({ id, isMe }) => id !== already && !(isMe && (giver.kind === 'me' || !lead || me === null)),
  );
};

const CheckLine = ({
  giver,
  at,
  onChange,
}: {
  readonly giver: ReturnType<typeof useGiver>;
  readonly at: number;
  readonly onChange: () => void;
}) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const label =
    giver.kind === 'me'
      ? words('ownership.transfer.check')
      : giver.kind === 'other'
        ? words('ownership.transfer.check.other', { name: giver.name })
        : words('ownership.transfer.check.each');
  return (
    <div className="ownership-line">
      <div className="ownership-line-words">
        <p className="ownership-line-label">{label}</p>
        <p className="ownership-line-value">{dates.full(at, now)}</p>
        <p className="ownership-hint">{words('ownership.transfer.check.hint')}</p>
      </div>
      <Button small tooltip={words('ownership.transfer.check.title')} onClick={onChange}>
        {words('ownership.transfer.check.change')}
      </Button>
    </div>
  );
};

/** Everything that is chosen in the dialog. */
const useWishes = () => {
  const [opened] = useState(() => Date.now());
  const [to, setTo] = useState<Picked>({ kind: 'none' });
  const [reason, setReason] = useState('');
  const [checkAt, setCheckAt] = useState(() => usualCheckTime(opened, localZone()));
  const [hours, setHours] = useState(0);
  const [tried, setTried] = useState(false);
  return { opened, to, setTo, reason, setReason, checkAt, setCheckAt, hours, setHours, tried, setTried };
};

/** Hands conversations over: to whom, why, when the giver checks, and whether it comes back. */
export const TransferDialog = ({ ids, onDone, onCancel }: Props) => {
  const words = useWords();
  const dates = useDates();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const reasonField = useRef<HTMLTextAreaElement>(null);
  const receiverField = useRef<HTMLInputElement>(null);
  const giver = useGiver(ids);
  const receivers = useReceivers(giver);
  const suggested = useLive('balance.suggest', { ids: ids.slice(0, mostLookedAt) }).data;
  const wishes = useWishes();
  const { to, reason, checkAt, hours, tried } = wishes;
  const [choosing, setChoosing] = useState(false);
  const change = useDialogChange();
  const toMissing = to.kind !== 'member';
  const reasonMissing = reason.trim() === '';

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    wishes.setTried(true);
    if (to.kind !== 'member') {
      receiverField.current?.focus();
      return;
    }
    if (reasonMissing) {
      reasonField.current?.focus();
      return;
    }
    const returnAt = hours === 0 ? null : Date.now() + hours * hourMs;
    const asked = engine.call('conversation.transfer', {
      ids: [...ids],
      to: to.id,
      reason,
      checkAt,
      returnAt,
    });
    const changed = await change.run(asked, allRefused);
    if (changed === null) return;
    const time = dates.brief(checkAt, Date.now());
    void changes.many(asked, (count) => words('ownership.transferred', { count, name: to.name, time }));
    onDone();
  };

  return (
    <Dialog
      title={words('ownership.transfer.title', { count: ids.length })}
      closeLabel={words('word.close')}
      onClose={onCancel}
      footer={
        choosing ? undefined : (
          <DialogFoot
            form={form}
            label={
              to.kind === 'member'
                ? words('ownership.transfer.do.to', { name: to.name })
                : words('ownership.transfer.do')
            }
            busy={change.busy}
            onCancel={onCancel}
          />
        )
      }
    >
      {choosing ? (
        <WhenPicker
          label={words('ownership.transfer.check.title')}
          now={wishes.opened}
          allowIfNoReply={false}
          onChoose={({ at }) => {
            wishes.setCheckAt(at);
            setChoosing(false);
          }}
          onCancel={() => setChoosing(false)}
        />
      ) : (
        <form
          id={form}
          className="ownership-form"
          noValidate
          onSubmit={(event) => {
            void submit(event);
          }}
          onKeyDown={(event) => sendByEnter(event, false)}
        >
          <MemberPicker
            ref={receiverField}
            label={words('ownership.transfer.to')}
            members={receivers}
            suggested={suggested?.suggestions ?? []}
            picked={to}
            error={tried && toMissing ? words('ownership.transfer.to.missing') : null}
            onPick={wishes.setTo}
            onNext={() => reasonField.current?.focus()}
          />
          <ReasonField
            ref={reasonField}
            label={words('ownership.transfer.reason')}
            hint={words('ownership.transfer.reason.hint', {
              receiver: to.kind === 'member' ? to.name : 'nobody',
            })}
            error={tried && reasonMissing ? words('refusal.reason-missing') : null}
            value={reason}
            onChange={wishes.setReason}
          />
          <CheckLine giver={giver} at={checkAt} onChange={() => setChoosing(true)} />
          <SelectField
            label={words('ownership.transfer.return')}
            value={String(hours)}
            options={[
              { value: '0', label: words('ownership.transfer.return.stays') },
              ...returnHours.map((count) => ({
                value: String(count),
                label: words('ownership.transfer.return.hours', { count }),
              })),
            ]}
            onChange={(event) => wishes.setHours(Number(event.target.value))}
          />
          <RefusedHere refusal={change.refusal} />
        </form>
      )}
    </Dialog>
  );
};
