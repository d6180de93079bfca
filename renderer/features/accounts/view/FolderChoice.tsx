import { useEffect, useRef, useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { healthWords } from '#renderer/features/rail/index.ts';
import {
  Busy,
  Button,
  CheckField,
  Notice,
  ProgressBar,
  refusalWords,
  useNow,
  useTimes,
  useWords,
} from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow, StreamRow } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';

const streamLabel = (stream: StreamRow, words: ReturnType<typeof useWords>): string => {
  if (stream.role === 'other') return stream.label;
  const role = words(`account.role.${stream.role}`);
  return stream.label.toLowerCase() === role ? stream.label : `${stream.label} (${role})`;
};

/** The folders of an account with a box each; changes are kept by whoever shows it. */
export const StreamBoxes = ({
  streams,
  chosen,
  onChange,
}: {
  readonly streams: readonly StreamRow[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}) => {
  const words = useWords();
  return (
    <ul className="folders-list">
      {streams.map((stream) => (
        <li key={stream.name}>
          <CheckField
            label={streamLabel(stream, words)}
            {...(stream.onServer === null
              ? {}
              : { hint: words('account.folder.count', { count: stream.onServer }) })}
            checked={chosen.has(stream.name)}
            onChange={(event) => {
              const next = new Set(chosen);
              if (event.currentTarget.checked) next.add(stream.name);
              else next.delete(stream.name);
              onChange(next);
            }}
          />
        </li>
      ))}
    </ul>
  );
};

const chosenOf = (account: AccountRow): ReadonlySet<string> =>
  new Set(account.streams.filter(({ chosen }) => chosen).map(({ name }) => name));

const Import = ({ account }: { readonly account: AccountRow }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow('quick');
  // The notice above says all there is to say of an account at rest.
  if (account.health.kind !== 'importing') return null;
  const said = healthWords(account, words, times, now);
  return (
    <div className="wizard-import" role="status">
      <p>{said}</p>
      <ProgressBar label={said} value={account.health.done} total={account.health.total} />
    </div>
  );
};

/** What of a chat can be followed or left: its rooms; what we say ourselves comes along. */
export const placesOf = (streams: readonly StreamRow[]): readonly StreamRow[] =>
  streams.filter(({ role }) => role !== 'sent');

/** What people call the account: the name the server gave, or its address. */
const shownAs = ({ label, address }: AccountRow, { readableAddresses }: ChannelProfile): string =>
  readableAddresses || label === '' ? address : label;

/** The last step: the account is connected and its mail is coming; which folders are wanted. */
export const FolderChoice = ({
  id,
  profile,
}: {
  readonly id: AccountId;
  readonly profile: ChannelProfile;
}) => {
  const client = useEngine();
  const words = useWords();
  const { go } = useNavigation();
  const { data } = useLive('account.list', {});
  const account = data?.accounts.find((candidate) => candidate.id === id);
  const [changed, setChanged] = useState<ReadonlySet<string> | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const mail = profile.capabilities.subject;
  const offered = mail ? (account?.streams ?? []) : placesOf(account?.streams ?? []);
  // One place to read from is no choice.
  const nothingToChoose = !mail && account !== undefined && offered.length <= 1;
  const done = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    done.current?.focus();
  }, []);

  const finish = async (): Promise<void> => {
    if (changed !== null) {
      const answer = await client.call('account.update', { id, streams: [...changed] });
      if (!answer.ok) {
        setRefused(refusalWords(words, answer.failure));
        return;
      }
    }
    go({ kind: 'view', view: 'inbox', account: null });
  };

  return (
    <>
      <Notice
        tone="good"
        title={words('wizard.added', { address: account === undefined ? '' : shownAs(account, profile) })}
      >
        <p>{words(mail ? 'wizard.added.what' : 'wizard.added.what.chat')}</p>
      </Notice>
      {account === undefined ? <Busy subject={words('word.loading')} /> : <Import account={account} />}
      {nothingToChoose ? null : (
        <fieldset className="folders">
          <legend className="folders-title">{words(mail ? 'wizard.folders' : 'wizard.streams')}</legend>
          <p className="wizard-soft">{words(mail ? 'wizard.folders.what' : 'wizard.streams.what')}</p>
          {account === undefined || account.streams.length === 0 ? (
            <Busy subject={words(mail ? 'wizard.folders.asking' : 'wizard.streams.asking')} />
          ) : (
            <StreamBoxes streams={offered} chosen={changed ?? chosenOf(account)} onChange={setChanged} />
          )}
        </fieldset>
      )}
      {refused === null ? null : (
        <Notice tone="bad" live>
          <p>{refused}</p>
        </Notice>
      )}
      <div className="wizard-foot">
        <Button
          ref={done}
          kind="primary"
          onClick={() => {
            void finish();
          }}
        >
          {words('wizard.done')}
        </Button>
      </div>
    </>
  );
};
