import { ArrowDown, ArrowUp, UsersRound } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { BalanceDialog, HandOverDialog } from '#renderer/features/leads/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { Busy, EmptyState, classes, useNow, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { Member, MemberLoad } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { AwayDialog } from './AwayDialog.tsx';
import { columns, pressed, sorted, usualSorting } from './model/sorting.ts';
import type { Sorting } from './model/sorting.ts';
import { useReassign } from './model/use-reassign.tsx';
import { MemberRow } from './view/MemberRow.tsx';
import type { MemberWish } from './view/MemberRow.tsx';
import './team.css';

const Head = ({
  by,
  sorting,
  onSort,
}: {
  readonly by: Sorting['by'];
  readonly sorting: Sorting;
  readonly onSort: (by: Sorting['by']) => void;
}) => {
  const words = useWords();
  const column = words(`team.column.${by}`);
  const chosen = sorting.by === by;
  const Arrow = sorting.most ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      className={classes(by !== 'member' && 'team-number')}
      aria-sort={chosen ? (sorting.most ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className={classes('team-sort', chosen && 'team-sort-chosen')}
        data-tooltip={words('team.sort', { column })}
        onClick={() => onSort(by)}
      >
        {column}
        {chosen ? <Arrow aria-hidden size={12} /> : null}
      </button>
    </th>
  );
};

const Heads = (props: { readonly sorting: Sorting; readonly onSort: (by: Sorting['by']) => void }) => {
  const words = useWords();
  return (
    <thead>
      <tr>
        <Head by="member" {...props} />
        {columns.map((column) => (
          <Head key={column} by={column} {...props} />
        ))}
        <th scope="col">
          <span className="unseen">{words('team.column.presence')}</span>
        </th>
      </tr>
    </thead>
  );
};

/** Up and down go from member to member. */
const moveFocus = (table: HTMLElement | null, event: KeyboardEvent): void => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...(table?.querySelectorAll<HTMLElement>('.team-member') ?? [])];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
};

type Asking = { readonly wish: MemberWish; readonly member: Member };

const Asked = ({ asking, onClose }: { readonly asking: Asking; readonly onClose: () => void }) => {
  const { wish, member } = asking;
  switch (wish) {
    case 'away':
      return <AwayDialog member={member} onClose={onClose} />;
    case 'balance':
      return <BalanceDialog member={member} onClose={onClose} />;
    case 'hand-over':
      return <HandOverDialog member={member} onClose={onClose} />;
  }
};

/** What can be asked for about the member who is opened, from everywhere on this screen. */
const useWishActions = (
  load: MemberLoad | undefined,
  onWish: (wish: MemberWish, member: Member) => void,
): void => {
  const wish = (one: MemberWish, makesSense: boolean): (() => void) | null =>
    load === undefined || !makesSense ? null : () => onWish(one, load.member);
  useAction('member.balance', wish('balance', (load?.open ?? 0) > 0));
  useAction('member.hand-over', wish('hand-over', (load?.open ?? 0) + (load?.followUps ?? 0) > 0));
};

/** How each member stands, and the way to what they have; conversations may be dropped onto them. */
export const TeamBoard = ({ onEnter }: { readonly onEnter: () => void }) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const now = useNow();
  const table = useRef<HTMLTableElement>(null);
  const { place, go } = useNavigation();
  const { lead } = useTeam();
  const { data } = useLive('team.overview', lead ? {} : null);
  const reassign = useReassign();
  const [sorting, setSorting] = useState(usualSorting);
  const [asking, setAsking] = useState<Asking | null>(null);
  const chosen = place.query.owner ?? null;
  const onWish = (wish: MemberWish, member: Member): void => setAsking({ wish, member });
  useWishActions(
    data?.members.find(({ member }) => member.id === chosen),
    onWish,
  );

  const choose = (member: MemberId, by: 'key' | 'pointer'): void => {
    go({ kind: 'member', member });
    // The list of the member is there with the next drawing.
    if (by === 'key') requestAnimationFrame(onEnter);
  };

  if (!lead) return <EmptyState icon={UsersRound} title={words('team.leads-only')} />;
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  const rows = sorted(data.members, sorting, words.locale);
  const focused = rows.some(({ member }) => member.id === chosen) ? chosen : rows[0]?.member.id;
  return (
    <section className="team" aria-labelledby="team-title">
      <h2 id="team-title" className="team-title">
        {words('view.team')}
      </h2>
      <p className="team-hint">{words('team.hint', { key: keysOf('conversation.assign') ?? '' })}</p>
      <div className="team-scroll">
        <table ref={table} className="team-table" onKeyDown={(event) => moveFocus(table.current, event)}>
          <Heads sorting={sorting} onSort={(by) => setSorting((before) => pressed(before, by))} />
          <tbody>
            {rows.map((load) => {
              const { member } = load;
              return (
                <MemberRow
                  key={member.id}
                  load={load}
                  now={now}
                  chosen={member.id === chosen}
                  focusable={member.id === focused}
                  place={member.gone ? null : reassign.placeFor(member)}
                  says={reassign.over === member.id ? reassign.saysFor(member) : null}
                  onChoose={(by) => choose(member.id, by)}
                  onWish={onWish}
                />
              );
            })}
          </tbody>
        </table>
      </div>
      {asking === null ? null : <Asked asking={asking} onClose={() => setAsking(null)} />}
      {reassign.dialog}
    </section>
  );
};
