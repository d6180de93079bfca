import { useState } from 'react';
import type { ReactNode } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import { useAction } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { FollowUp } from '#shared/domain/conversation/follow-up.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { AssignDialog } from './AssignDialog.tsx';
import { CheckDialog } from './CheckDialog.tsx';
import { FollowUpDialog, SnoozeDialog } from './FollowUpDialog.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { useChanges } from './model/use-changes.ts';
import { useTeam } from './model/use-team.ts';
import { OwnedDialog } from './OwnedDialog.tsx';
import { TagDialog } from './TagDialog.tsx';
import { TransferDialog } from './TransferDialog.tsx';

type Ids = readonly ConversationId[];

/** What is being asked, about the conversations that were meant when it began. */
type Asking =
  | {
      readonly kind: 'transfer' | 'assign' | 'follow-up' | 'snooze' | 'tag' | 'merge';
      readonly ids: Ids;
    }
  | { readonly kind: 'check'; readonly id: ConversationId; readonly check: Pick<FollowUp, 'id' | 'owner'> }
  | { readonly kind: 'owned'; readonly id: ConversationId; readonly name: string };

/** What was done to conversations, for lists that go on to the next one. */
export type OwnershipDeed = 'claim' | 'wake' | Exclude<Asking['kind'], 'owned'>;

type Targets = {
  /** Conversations that are meant: the opened one, the one under the keys, or a selection. */
  readonly targets: Ids;
  /** The row where one is meant, so that only what makes sense for it is offered; null for several. */
  readonly single: ConversationRow | null;
  /** See `useAction`. */
  readonly rank?: number;
  readonly onDone?: (deed: OwnershipDeed, ids: Ids) => void;
};

const Asked = ({
  asking,
  onDone,
  onCancel,
}: {
  readonly asking: Asking;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) => {
  const ends = { onDone, onCancel };
  switch (asking.kind) {
    case 'transfer':
      return <TransferDialog ids={asking.ids} {...ends} />;
    case 'assign':
      return <AssignDialog ids={asking.ids} {...ends} />;
    case 'follow-up':
      return <FollowUpDialog ids={asking.ids} {...ends} />;
    case 'snooze':
      return <SnoozeDialog ids={asking.ids} {...ends} />;
    case 'tag':
      return <TagDialog ids={asking.ids} {...ends} />;
    case 'merge':
      return <MergeDialog ids={asking.ids} {...ends} />;
    case 'check':
      return <CheckDialog conversation={asking.id} check={asking.check} {...ends} />;
    case 'owned':
      return <OwnedDialog id={asking.id} name={asking.name} {...ends} />;
  }
};

/** Claiming and waking, which ask nothing. */
const useAtOnce = (onOwned: (id: ConversationId, name: string) => void) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  return {
    claim: async (ids: Ids): Promise<boolean> => {
      const asked = engine.call('conversation.claim', { ids: [...ids] });
      const answer = await asked;
      const [only] = answer.ok && ids.length === 1 ? answer.value.refused : [];
      if (only?.why.kind === 'owned') {
        onOwned(only.id, only.why.name);
        return false;
      }
      const changed = await changes.many(asked, (count) => words('ownership.claimed', { count }));
      return changed !== null && changed.done > 0;
    },
    wake: async (ids: Ids): Promise<boolean> => {
      const changed = await changes.many(engine.call('conversation.wake', { ids: [...ids] }), (count) =>
        words('ownership.woken', { count }),
      );
      return changed !== null && changed.done > 0;
    },
  };
};

/** More follow-ups than one conversation ever has open. */
const mostOpen = 50;

/** Finds the open check that is meant: one's own before those of others. */
const useFindCheck = (onFound: (id: ConversationId, check: Pick<FollowUp, 'id' | 'owner'>) => void) => {
  const engine = useEngine();
  const me = useTeam().me?.id;
  return async (conversation: ConversationId): Promise<void> => {
    const of = { kind: 'conversation', conversation } as const;
    const answer = await engine.call('follow-up.list', { of, after: null, limit: mostOpen });
    if (!answer.ok) return;
    const checks = answer.value.rows.filter(({ purpose }) => purpose === 'check');
    const check = checks.find(({ owner }) => owner === me) ?? checks[0];
    if (check !== undefined) onFound(conversation, check);
  };
};

/** Which actions make sense for what is meant. */
const useSense = ({ targets, single }: Pick<Targets, 'targets' | 'single'>) => {
  const { me, lead, alone } = useTeam();
  const some = targets.length > 0;
  const several = some && single === null;
  const open = single?.status === 'open';
  const mine = single !== null && single.owner !== null && single.owner.id === me?.id;
  return {
    claim: several || open,
    transfer: !alone && (several || open || single?.status === 'resolved'),
    assign: some && !alone && (lead || mine),
    'follow-up': some,
    snooze: several || open,
    wake: several || (single !== null && single.snoozedUntil !== null),
    tag: some,
    merge: some,
  } as const;
};

/** What can be done with the conversations that are meant; null where it makes no sense for them. */
export type OwnershipRuns = Readonly<Record<OwnershipDeed, (() => void) | null>>;

/**
 * Registers everything that ownership can do with the conversations that are meant: claim, assign, transfer, follow
 * up, snooze, tag, merge and confirming a check. Draw the answer's `dialog` somewhere on the screen; `runs` is for
 * buttons that mean these conversations whatever the keys mean.
 */
export const useOwnershipActions = (
  meant: Targets,
): { readonly dialog: ReactNode; readonly runs: OwnershipRuns } => {
  const { targets, single, rank = 0, onDone } = meant;
  const [asking, setAsking] = useState<Asking | null>(null);
  const can = useSense(meant);
  const atOnce = useAtOnce((id, name) => setAsking({ kind: 'owned', id, name }));
  const ask = (kind: Extract<Asking, { ids: Ids }>['kind']): (() => void) | null =>
    can[kind] ? () => setAsking({ kind, ids: targets }) : null;
  const doAtOnce = (deed: 'claim' | 'wake'): (() => void) | null =>
    can[deed]
      ? () => {
          void atOnce[deed](targets).then((done) => {
            if (done) onDone?.(deed, targets);
          });
        }
      : null;
  const findCheck = useFindCheck((id, check) => setAsking({ kind: 'check', id, check }));
  const runs: OwnershipRuns = {
    claim: doAtOnce('claim'),
    wake: doAtOnce('wake'),
    transfer: ask('transfer'),
    assign: ask('assign'),
    'follow-up': ask('follow-up'),
    snooze: ask('snooze'),
    tag: ask('tag'),
    merge: ask('merge'),
    check:
      single === null || single.checks === 0
        ? null
        : () => {
            void findCheck(single.id);
          },
  };
  useAction('conversation.claim', runs.claim, rank);
  useAction('conversation.wake', runs.wake, rank);
  useAction('conversation.transfer', runs.transfer, rank);
  useAction('conversation.assign', runs.assign, rank);
  useAction('conversation.follow-up', runs['follow-up'], rank);
  useAction('conversation.snooze', runs.snooze, rank);
  useAction('conversation.tag', runs.tag, rank);
  useAction('conversation.merge', runs.merge, rank);
  useAction('check.confirm', runs.check, rank);

  const close = (): void => setAsking(null);
  const done = (): void => {
    close();
    if (asking === null || asking.kind === 'owned') return;
    onDone?.(asking.kind, asking.kind === 'check' ? [asking.id] : asking.ids);
  };
  const dialog = asking === null ? null : <Asked asking={asking} onDone={done} onCancel={close} />;
  return { dialog, runs };
};
