import { useState } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { usePolicy } from '#renderer/features/policy/index.ts';
import { Busy, Button, TextField, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import { addressOf, looksLikeDatabase, typedFor, wrongParts } from './model/database-address.ts';
import type { DatabaseTyped, WrongField } from './model/database-address.ts';
import { DatabaseFields } from './view/DatabaseFields.tsx';
import { LookReport } from './view/LookReport.tsx';
import { ShareQuestion } from './view/ShareQuestion.tsx';
import { TeamRefused } from './view/TeamRefused.tsx';
import './team-settings.css';

const nothingTyped: DatabaseTyped = {
  how: 'address',
  address: '',
  parts: { host: '', port: '5432', database: '', user: '', password: '' },
  certificate: '',
  pin: null,
};

const wrongWith = ({ how, address, parts }: DatabaseTyped): readonly WrongField[] =>
  how === 'parts' ? wrongParts(parts) : looksLikeDatabase(address) ? [] : ['address'];

/** Where the look and the set-up go, as the contract takes it. */
const placeOf = ({ how, address, parts, certificate, pin }: DatabaseTyped) => ({
  address: how === 'address' ? address.trim() : addressOf(parts),
  certificate: certificate.trim() === '' ? null : certificate.trim(),
  pin,
});

/** Sets up a team in a database: it is looked at first, and nothing is created before a person saw what was found. */
export const SetUpTeam = (props: { readonly me: string; readonly onClose: () => void }) => {
  const words = useWords();
  const { state, valueOf } = usePolicy();
  if (state === null) return <Busy subject={words('word.loading')} />;
  const laidDown = valueOf('team.database');
  return <SetUpForm {...props} laidDown={laidDown === undefined ? null : typedFor(laidDown)} />;
};

const SetUpForm = ({
  me,
  onClose,
  laidDown,
}: {
  readonly me: string;
  readonly onClose: () => void;
  readonly laidDown: DatabaseTyped | null;
}) => {
  const words = useWords();
  const toasts = useToasts();
  const [typed, setTyped] = useState(laidDown ?? nothingTyped);
  const [name, setName] = useState('');
  const [myName, setMyName] = useState(me);
  const [tried, setTried] = useState(false);
  const look = useAsked('team.look');
  const init = useAsked('team.init');
  const found = look.asked.kind === 'done' ? look.asked.value : null;
  const ready = found !== null && found.missing.length === 0;
  const wrong = wrongWith(typed);
  const unnamed = name.trim() === '';
  const nameless = myName.trim() === '';

  const change = (patch: Partial<DatabaseTyped>): void => {
    setTyped((before) => ({ ...before, pin: null, ...patch }));
    // What was found belongs to what was typed then.
    look.forget();
    init.forget();
  };
  const create = async (share: boolean): Promise<void> => {
    const done = await init.ask({ ...placeOf(typed), name: name.trim(), me: myName.trim(), share });
    if (!done) return;
    toasts.show({ text: words('team.set-up.done', { name: name.trim() }) });
    onClose();
  };
  const trust = (pin: string): void => {
    setTyped((before) => ({ ...before, pin }));
    void look.ask({ ...placeOf(typed), pin });
  };
  const submit = (): void => {
    setTried(true);
    if (wrong.length > 0 || unnamed || nameless) return;
    if (ready) void create(false);
    else void look.ask(placeOf(typed));
  };

  if (init.asked.kind === 'busy')
    return (
      <div className="team-form">
        <Busy subject={words('team.set-up.creating', { name: name.trim() })} />
        <p className="settings-soft">{words('team.set-up.creating.what')}</p>
      </div>
    );
  const refused = init.asked.kind === 'refused' ? init.asked.failure : null;
  if (refused?.kind === 'team-share-first' && 'conversations' in refused)
    return (
      <ShareQuestion
        count={refused.conversations}
        doing="set-up"
        onShare={() => {
          void create(true);
        }}
        onCancel={init.forget}
      />
    );
  return (
    <form
      className="team-form"
      noValidate
      aria-label={words('team.set-up.title')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="settings-soft">{words('team.set-up.lead')}</p>
      <DatabaseFields typed={typed} wrong={tried ? wrong : []} locked={laidDown !== null} onChange={change} />
      <div className="settings-pair">
        <TextField
          label={words('team.set-up.name')}
          hint={words('team.set-up.name.hint')}
          error={tried && unnamed ? words('team.set-up.missing') : null}
          value={name}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <TextField
          label={words('team.set-up.me')}
          hint={words('team.set-up.me.hint')}
          error={tried && nameless ? words('team.set-up.missing') : null}
          value={myName}
          maxLength={200}
          autoComplete="name"
          onChange={(event) => {
            setMyName(event.currentTarget.value);
          }}
        />
      </div>
      {look.asked.kind === 'refused' ? <TeamRefused failure={look.asked.failure} onTrust={trust} /> : null}
      {found === null ? null : <LookReport found={found} />}
      {refused === null ? null : <TeamRefused failure={refused} onTrust={trust} />}
      <div className="settings-actions">
        <Button kind="primary" submit busy={look.asked.kind === 'busy'}>
          {words(
            look.asked.kind === 'busy'
              ? 'team.set-up.looking'
              : ready
                ? 'team.set-up.create'
                : look.asked.kind === 'idle'
                  ? 'team.set-up.look'
                  : 'team.set-up.look-again',
          )}
        </Button>
        <Button onClick={onClose}>{words('word.cancel')}</Button>
      </div>
    </form>
  );
};
