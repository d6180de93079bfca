import { AlarmClock, Hourglass, ShieldCheck, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, classes, useNow, useWords } from '#renderer/ui/index.ts';
import {
  CheckDialog,
  PutOffDialog,
  useChanges,
  useDates,
  useTeam,
} from '#renderer/features/ownership/index.ts';
import type { CheckEnd } from '#renderer/features/ownership/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';
import './open-matters.css';

/** More than one conversation ever has open. */
const mostShown = 50;

/** Which dialog is open about which matter. */
type Asking =
  | { readonly kind: 'put-off'; readonly matter: FollowUpRow }
  | { readonly kind: 'check'; readonly matter: FollowUpRow; readonly begin: CheckEnd };

type MatterProps = {
  readonly detail: ConversationDetail;
  readonly matter: FollowUpRow;
  readonly onAsk: (asking: Asking) => void;
};

const Line = ({
  icon: Icon,
  due,
  why,
  words,
  children,
}: {
  readonly icon: LucideIcon;
  readonly due: boolean;
  readonly why: string;
  readonly words: string;
  readonly children: ReactNode;
}) => {
  const say = useWords();
  return (
    <li className={classes('matter', due && 'matter-due')}>
      <Icon className="matter-icon" aria-hidden size={16} />
      <div className="matter-what">
        <p className="matter-words">
          {words}
          {why === '' ? null : (
            <>
              {' '}
              <bdi className="matter-why">{say('ownership.banner.why', { why })}</bdi>
            </>
          )}
        </p>
        <div className="matter-buttons">{children}</div>
      </div>
    </li>
  );
};

/** Who has it now, where that is somebody else than whoever sits here; else the word that stands for nobody. */
const useReceiver = (detail: ConversationDetail): string => {
  const { me } = useTeam();
  return detail.owner === null || detail.owner.id === me?.id ? 'nobody' : detail.owner.name;
};

const CheckLine = ({ detail, matter, onAsk }: MatterProps) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const engine = useEngine();
  const changes = useChanges();
  const { me, lead } = useTeam();
  const receiver = useReceiver(detail);
  const mine = matter.owner === me?.id;
  const due = matter.dueAt <= now;
  const time = dates.brief(matter.dueAt, now);
  const says = mine
    ? words(due ? 'ownership.banner.check.mine.due' : 'ownership.banner.check.mine', { receiver, time })
    : words('ownership.banner.check.other', { name: matter.ownerName, time });
  const begin = (end: CheckEnd) => (): void => onAsk({ kind: 'check', matter, begin: end });
  const confirm = (): void => {
    void changes.one(
      engine.call('check.confirm', { id: matter.id, how: 'customer-confirmed', message: null }),
      words('ownership.confirmed'),
    );
  };
  return (
    <Line icon={ShieldCheck} due={due} why={matter.why} words={says}>
      {mine ? (
        <Button small kind="primary" onClick={confirm}>
          {words('ownership.do.confirm')}
        </Button>
      ) : null}
      <Button small onClick={begin('customer-words')}>
        {words('ownership.do.words')}
      </Button>
      {mine || lead ? (
        <Button small onClick={() => onAsk({ kind: 'put-off', matter })}>
          {words('ownership.do.put-off')}
        </Button>
      ) : null}
      {lead ? (
        <Button small onClick={begin('waived')}>
          {words('ownership.do.waive')}
        </Button>
      ) : null}
    </Line>
  );
};

const PromiseLine = ({ matter, onAsk }: MatterProps) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const engine = useEngine();
  const changes = useChanges();
  const { me, lead } = useTeam();
  const mine = matter.owner === me?.id;
  const due = matter.dueAt <= now || matter.fellAt !== null;
  const values = {
    name: matter.ownerName,
    time: dates.brief(matter.dueAt, now),
    unless: matter.ifNoReply ? 'yes' : 'no',
  };
  const says = mine
    ? words(due ? 'ownership.banner.promise.mine.due' : 'ownership.banner.promise.mine', values)
    : words('ownership.banner.promise.other', values);
  const end = (how: 'follow-up.keep' | 'follow-up.cancel') => (): void => {
    void changes.one(
      engine.call(how, { id: matter.id }),
      words(how === 'follow-up.keep' ? 'ownership.kept' : 'ownership.dropped'),
    );
  };
  return (
    <Line icon={AlarmClock} due={due} why={matter.why} words={says}>
      {mine || lead ? (
        <>
          <Button small kind={due ? 'primary' : 'plain'} onClick={end('follow-up.keep')}>
            {words('ownership.do.done')}
          </Button>
          <Button small onClick={() => onAsk({ kind: 'put-off', matter })}>
            {words('ownership.do.put-off')}
          </Button>
          <Button small onClick={end('follow-up.cancel')}>
            {words('ownership.do.drop')}
          </Button>
        </>
      ) : null}
    </Line>
  );
};

const ReturnLine = ({ detail, matter, onClaim }: MatterProps & { readonly onClaim: () => void }) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const engine = useEngine();
  const changes = useChanges();
  const { me, lead } = useTeam();
  const receiver = useReceiver(detail);
  const mine = matter.owner === me?.id;
  const toTakeUp = detail.owner !== null && detail.owner.id === me?.id;
  const time = dates.brief(matter.dueAt, now);
  const says = mine
    ? words('ownership.banner.return.mine', { time, receiver })
    : words(toTakeUp ? 'ownership.banner.return.receiver' : 'ownership.banner.return.other', {
        time,
        name: matter.ownerName,
      });
  return (
    <Line icon={Hourglass} due={false} why="" words={says}>
      {toTakeUp ? (
        <Button small kind="primary" onClick={onClaim}>
          {words('ownership.do.take-up')}
        </Button>
      ) : null}
      {mine || lead ? (
        <Button
          small
          onClick={() => {
            void changes.one(engine.call('follow-up.cancel', { id: matter.id }), words('ownership.dropped'));
          }}
        >
          {words('ownership.do.stays')}
        </Button>
      ) : null}
    </Line>
  );
};

const Asked = ({
  asking,
  detail,
  onClose,
}: {
  readonly asking: Asking;
  readonly detail: ConversationDetail;
  readonly onClose: () => void;
}) =>
  asking.kind === 'put-off' ? (
    <PutOffDialog id={asking.matter.id} onDone={onClose} onCancel={onClose} />
  ) : (
    <CheckDialog
      check={asking.matter}
      conversation={detail.id}
      begin={asking.begin}
      onDone={onClose}
      onCancel={onClose}
    />
  );

/** What is still open beside the answer: checks after a transfer, promises, and timers that bring it back. */
export const OpenMatters = ({ detail }: { readonly detail: ConversationDetail }) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const of = { kind: 'conversation', conversation: detail.id } as const;
  const matters = useLive('follow-up.list', { of, after: null, limit: mostShown }).data?.rows ?? [];
  const [asking, setAsking] = useState<Asking | null>(null);
  const takeUp = (): void => {
    void changes.many(engine.call('conversation.claim', { ids: [detail.id] }), (count) =>
      words('ownership.claimed', { count }),
    );
  };
  if (matters.length === 0 && asking === null) return null;
  return (
    <section className="matters" aria-label={words('ownership.open')}>
      <ul>
        {matters.map((matter) => {
          const props = { detail, matter, onAsk: setAsking };
          switch (matter.purpose) {
            case 'check':
              return <CheckLine key={matter.id} {...props} />;
            case 'return':
              return <ReturnLine key={matter.id} {...props} onClaim={takeUp} />;
            case 'promise':
              return <PromiseLine key={matter.id} {...props} />;
          }
        })}
      </ul>
      {asking === null ? null : <Asked asking={asking} detail={detail} onClose={() => setAsking(null)} />}
    </section>
  );
};
