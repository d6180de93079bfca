import {
  DatabaseBackup,
  FlaskConical,
  MailPlus,
  ShieldCheck,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { RestoreOther } from '#renderer/features/recovery/index.ts';
import { Busy, Button, Notice, TextField, classes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import { useAsking } from './use-asking.ts';
import { Sheet } from './view/Sheet.tsx';
import './first-run.css';

/** The shortest passphrase that the contract takes, in characters. */
const shortest = 8;

/** Where the system keeps no keys: the workspace is sealed with a passphrase of one's own. */
export const ChoosePassphrase = () => {
  const words = useWords();
  const { isManaged } = usePolicy();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const { busy, refused, ask } = useAsking('app.choosePassphrase');
  const tooShort = passphrase.length < shortest;
  const differs = passphrase !== again;

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!tooShort && !differs) ask({ passphrase });
  };

  return (
    <Sheet title={words('passphrase.choose.title')}>
      <p>{words(isManaged('workspace.passphrase') ? 'policy.passphrase.why' : 'passphrase.choose.why')}</p>
      <ManagedNote of="workspace.passphrase" />
      <form className="first-run-form" onSubmit={submit} noValidate>
        <TextField
          label={words('passphrase.field')}
          type="password"
          autoComplete="new-password"
          autoFocus
          maxLength={1_000}
          value={passphrase}
          hint={words('passphrase.choose.hint', { count: shortest })}
          error={tried && tooShort ? words('passphrase.choose.short', { count: shortest }) : null}
          onChange={(event) => {
            setPassphrase(event.currentTarget.value);
          }}
        />
        <TextField
          label={words('passphrase.again')}
          type="password"
          autoComplete="new-password"
          maxLength={1_000}
          value={again}
          error={tried && !tooShort && differs ? words('passphrase.choose.differs') : null}
          onChange={(event) => {
            setAgain(event.currentTarget.value);
          }}
        />
        {refused === null ? null : (
          <Notice tone="bad" live>
            <p>{refused}</p>
          </Notice>
        )}
        <Notice tone="warn">
          <p>{words('passphrase.choose.warning')}</p>
        </Notice>
        <div>
          <Button kind="primary" submit busy={busy}>
            {busy ? words('passphrase.choose.busy') : words('passphrase.choose.do')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
};

/** Nothing to show yet: the engine is opening the workspace. */
export const Starting = () => {
  const words = useWords();
  return (
    <main className="first-run first-run-late">
      <Busy subject={words('app.starting')} />
    </main>
  );
};

const Choice = ({
  icon: Icon,
  title,
  text,
  action,
  wide = false,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly action: (describedBy: string) => ReactNode;
  /** Takes a row of its own, below the usual ways to begin. */
  readonly wide?: boolean;
}) => {
  const id = useId();
  return (
    <section className={classes('first-run-choice', wide && 'first-run-choice-wide')}>
      <Icon className="first-run-icon" aria-hidden size={22} />
      <h2>{title}</h2>
      <p id={id}>{text}</p>
      <div className="first-run-do">{action(id)}</div>
    </section>
  );
};

/** The first screen of a new workspace: connect an account, or look around. */
export const Welcome = ({ sealedBy }: { readonly sealedBy: 'os' | 'passphrase' | 'file' }) => {
  const words = useWords();
  const { go } = useNavigation();
  const { busy, refused, ask } = useAsking('app.sample');
  return (
    <Sheet title={words('welcome.title')}>
      <p className="first-run-lead">{words('welcome.lead')}</p>
      <div className="first-run-choices">
        <Choice
          icon={MailPlus}
          title={words('welcome.connect.title')}
          text={words('welcome.connect.text')}
          action={(id) => (
            <Button
              kind="primary"
              aria-describedby={id}
              onClick={() => {
                go({ kind: 'connect' });
              }}
            >
              {words('welcome.connect.do')}
            </Button>
          )}
        />
        <Choice
          icon={UsersRound}
          title={words('welcome.join.title')}
          text={words('welcome.join.text')}
          action={(id) => (
            <Button
              aria-describedby={id}
              onClick={() => {
                go({ kind: 'settings', section: 'team', team: 'join' });
              }}
            >
              {words('welcome.join.do')}
            </Button>
          )}
        />
        <Choice
          icon={FlaskConical}
          title={words('welcome.sample.title')}
          text={words('welcome.sample.text')}
          action={(id) => (
            <Button
              aria-describedby={id}
              busy={busy}
              onClick={() => {
                ask({ open: true });
              }}
            >
              {busy ? words('welcome.sample.busy') : words('welcome.sample.do')}
            </Button>
          )}
        />
        <Choice
          wide
          icon={DatabaseBackup}
          title={words('recovery.other.welcome')}
          text={words('recovery.other.welcome.text')}
          action={(id) => <RestoreOther label={words('recovery.other.choose')} describedBy={id} />}
        />
      </div>
      {refused === null ? null : (
        <Notice tone="bad" live>
          <p>{refused}</p>
        </Notice>
      )}
      <p className="first-run-sealed">
        <ShieldCheck aria-hidden size={15} />
        {words(`about.sealed.${sealedBy}`)}
      </p>
    </Sheet>
  );
};
