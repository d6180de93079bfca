import { FlaskConical, MailPlus, ShieldCheck, UsersRound, type LucideIcon } from 'lucide-react';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { ManagedNote, PolicyBanner, usePolicy } from '#renderer/features/policy/index.ts';
import { Busy, Button, Notice, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { AppState } from '#shared/contract/app.ts';
import type { CallName, Input } from '#shared/contract/contract.ts';
import './first-run.css';

const Sheet = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <main className="first-run">
    <div className="first-run-sheet">
      <h1 className="first-run-title">{title}</h1>
      <PolicyBanner reachable={false} />
      {children}
    </div>
  </main>
);

/** A call behind a form: whether it is under way, and what was refused. */
const useAsking = <Name extends CallName>(
  name: Name,
): {
  readonly busy: boolean;
  readonly refused: string | null;
  readonly ask: (input: Input<Name>) => void;
} => {
  const client = useEngine();
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const ask = (input: Input<Name>): void => {
    setBusy(true);
    setRefused(null);
    void client.call(name, input).then((answer) => {
      setBusy(false);
      if (!answer.ok) setRefused(refusalWords(words, answer.failure));
    });
  };
  return { busy, refused, ask };
};

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

/** The workspace is sealed with a passphrase. */
export const Unlock = () => {
  const words = useWords();
  const [passphrase, setPassphrase] = useState('');
  const { busy, refused, ask } = useAsking('app.unlock');
  return (
    <Sheet title={words('passphrase.unlock.title')}>
      <form
        className="first-run-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== '') ask({ passphrase });
        }}
      >
        <TextField
          label={words('passphrase.field')}
          type="password"
          autoComplete="current-password"
          autoFocus
          maxLength={1_000}
          value={passphrase}
          hint={words('passphrase.unlock.hint')}
          error={refused}
          onChange={(event) => {
            setPassphrase(event.currentTarget.value);
          }}
        />
        <p className="unseen" role="alert">
          {refused}
        </p>
        <div>
          <Button kind="primary" submit busy={busy} disabled={passphrase === ''}>
            {busy ? words('passphrase.unlock.busy') : words('passphrase.unlock.do')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
};

/** The workspace is there and cannot be opened: why, and what to do. */
export const Unusable = ({
  state,
  onAgain,
}: {
  readonly state: Extract<AppState, { kind: 'unusable' }>;
  readonly onAgain: () => void;
}) => {
  const words = useWords();
  return (
    <Sheet title={words('app.failure.title')}>
      <Notice tone="bad" live>
        <p>{words.of(`app.failure.${state.reason}`, {}, 'app.failure.unknown')}</p>
      </Notice>
      {state.detail === '' ? null : (
        <details className="first-run-detail">
          <summary>{words('app.failure.detail')}</summary>
          <pre>{state.detail}</pre>
        </details>
      )}
      <div>
        <Button kind="primary" onClick={onAgain}>
          {words('app.failure.again')}
        </Button>
      </div>
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
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly action: (describedBy: string) => ReactNode;
}) => {
  const id = useId();
  return (
    <section className="first-run-choice">
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
