import { useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, CheckField, Notice, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import type { TeamAccountRow } from '#shared/contract/team-accounts.ts';
import './shared-with.css';

const readerWords = (
  { reader, login }: TeamAccountRow,
  { words, times, now }: { readonly words: Words; readonly times: Times; readonly now: number },
): string => {
  switch (reader.kind) {
    case 'here':
      return words('shared.reader.here', { time: times.short(reader.since, now) });
    case 'colleague':
      // Only a device that has the login can take over.
      return words(login ? 'shared.reader.colleague' : 'shared.reader.colleague.only', {
        member: reader.member,
        device: reader.device,
        time: times.short(reader.since, now),
      });
    case 'nobody':
    case 'unknown':
      return words(`shared.reader.${reader.kind}`);
  }
};

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((member) => other.has(member));

const Choice = ({ account }: { readonly account: TeamAccountRow }) => {
  const words = useWords();
  const engine = useEngine();
  const members = useLive('member.list', {}).data?.members ?? [];
  const [picked, setPicked] = useState<ReadonlySet<MemberId> | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const known: ReadonlySet<MemberId> = new Set(account.keepers);
  const chosen = picked ?? known;
  const here = members.filter(({ gone }) => !gone);

  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await engine.call('teamAccount.share', { id: account.id, members: [...chosen] });
    setBusy(false);
    setRefusal(answer.ok ? null : refusalWords(words, answer.failure));
    if (answer.ok) setPicked(null);
  };

  return (
    <form
      className="shared-with"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset disabled={!account.mayShare || busy}>
        <legend>{words('shared.who')}</legend>
        {here.map(({ id, name }) => (
          <CheckField
            key={id}
            label={name}
            checked={chosen.has(id)}
            onChange={(event) => {
              const next = new Set(chosen);
              if (event.currentTarget.checked) next.add(id);
              else next.delete(id);
              setPicked(next);
            }}
          />
        ))}
      </fieldset>
      <p className="settings-soft">{words('shared.what')}</p>
      {refusal === null ? null : <Notice tone="bad" title={refusal} />}
      {account.mayShare ? (
        <div className="settings-actions">
          <Button kind="primary" small submit disabled={busy || chosen.size === 0 || same(chosen, known)}>
            {words('word.save')}
          </Button>
        </div>
      ) : (
        <p className="settings-soft">{words('refusal.not-keeper')}</p>
      )}
    </form>
  );
};

/** In a team: which device reads an account now, and which members may have its login. Nothing for people alone. */
export const SharedWith = ({ account }: { readonly account: AccountId }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { data } = useLive('teamAccount.list', {});
  const row = data?.accounts.find(({ id }) => id === account);
  if (row === undefined) return null;
  return (
    <details className="settings-fold shared">
      <summary>{words('shared.title')}</summary>
      <p className="shared-reader">{readerWords(row, { words, times, now })}</p>
      {row.byLocks ? null : <p className="settings-soft">{words('shared.pooler')}</p>}
      {row.waiting === 0 ? null : (
        <p className="settings-soft">{words('shared.waiting', { count: row.waiting })}</p>
      )}
      <Choice account={row} />
    </details>
  );
};

/** The team's accounts whose login is on colleagues' devices: what is written from them leaves there. */
export const ColleagueAccounts = () => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { data } = useLive('teamAccount.list', {});
  const rows = (data?.accounts ?? []).filter(({ login }) => !login);
  if (rows.length === 0) return null;
  return (
    <section className="account-card" aria-label={words('shared.colleagues')}>
      <h3>{words('shared.colleagues')}</h3>
      <p className="settings-soft">{words('shared.colleagues.what')}</p>
      <ul className="colleague-accounts">
        {rows.map((row) => (
          <li key={row.id}>
            <strong>{row.label === '' ? row.address : row.label}</strong>
            <span className="settings-soft">{readerWords(row, { words, times, now })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
};
