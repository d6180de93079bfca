import { CloudUpload, ShieldX } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf } from '#renderer/workbench/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { TeamRefusal } from '#shared/contract/team.ts';
import { triedWords, whyWords } from './model/refusal-words.ts';
import { useCloseRefusals } from './model/use-close-refusals.ts';
import { useInTeam } from './model/use-team-status.ts';
import './team-beside.css';

/** A change waits this long, in ms, before it is said while the line is good: until then it is on its way. */
const onItsWay = 10_000;

const Refused = ({
  refusal,
  draft,
  onClose,
}: {
  readonly refusal: TeamRefusal;
  /** Whether there is a draft in this conversation. */
  readonly draft: boolean;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const keysOf = useKeysOf();
  const now = useNow();
  return (
    <li className="team-matter team-matter-refused">
      <ShieldX aria-hidden size={16} />
      <p className="team-matter-words">
        <span className="team-matter-why">{whyWords(refusal, words, times, now)}</span>{' '}
        <span className="team-matter-tried">
          {triedWords(refusal, words)}{' '}
          {refusal.draft !== null
            ? words('team.matter.draft-again')
            : draft
              ? words('team.matter.draft-kept')
              : null}
        </span>
      </p>
      <Button small keys={keysOf('team.close-refusals')} onClick={onClose}>
        {words('team.matter.close')}
      </Button>
    </li>
  );
};

/** What of a conversation the team does not know of yet, and what it did not accept, until somebody has read it. */
export const TeamMatters = ({ detail }: { readonly detail: ConversationDetail }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const status = useInTeam();
  const close = useCloseRefusals();
  const waiting = status !== null && status.pending > 0;
  const refusals =
    useLive('team.refusals', status === null ? null : { conversation: detail.id }).data?.refusals ?? [];
  const rows = useLive('team.pending', waiting ? {} : null).data?.rows ?? [];
  useAction(
    'team.close-refusals',
    refusals.length === 0
      ? null
      : () => {
          void close(refusals);
        },
  );
  if (status === null) return null;
  const { connection } = status;
  const mine = waiting ? rows.find(({ conversation }) => conversation === detail.id) : undefined;
  const said =
    mine !== undefined && (connection.kind !== 'connected' || now - mine.since > onItsWay) ? mine : null;
  if (said === null && refusals.length === 0) return null;
  return (
    <section className="team-matters" aria-label={words('team.matter.label')} aria-live="polite">
      <ul>
        {refusals.map((refusal) => (
          <Refused
            key={refusal.id}
            refusal={refusal}
            draft={detail.draft}
            onClose={() => {
              void close([refusal]);
            }}
          />
        ))}
        {said === null ? null : (
          <li className="team-matter team-matter-pending">
            <CloudUpload aria-hidden size={16} />
            <p className="team-matter-words">
              {words('team.matter.pending', {
                count: said.changes,
                time: times.short(said.since, now),
              })}
              {detail.outbox === 'waiting' ? ` ${words('team.matter.pending.reply')}` : null}
            </p>
          </li>
        )}
      </ul>
    </section>
  );
};
