import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useAsked, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, TextArea, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Input } from '#shared/contract/contract.ts';
import type { InvitationFacts } from '#shared/contract/team.ts';
import { InvitationCard } from './view/InvitationCard.tsx';
import { ShareQuestion } from './view/ShareQuestion.tsx';
import { TeamRefused } from './view/TeamRefused.tsx';
import './team-settings.css';

type Invitation = Input<'team.join'>['invitation'];

/** The longest text that is read as an invitation, in characters. */
const longest = 100_000;

/** Pasting a link or choosing a file, and what it says as soon as it is there. */
const Paste = ({
  onRead,
  onClose,
}: {
  readonly onRead: (invitation: Invitation, facts: InvitationFacts) => void;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const picker = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { asked, ask, forget } = useAsked('team.readInvitation');
  const invitation = { kind: 'text', text } as const;
  const facts = asked.kind === 'done' ? asked.value : null;

  const read = (typed: string): void => {
    setText(typed);
    if (typed.trim() === '') forget();
    else void ask({ invitation: { kind: 'text', text: typed } });
  };
  return (
    <form
      className="team-form"
      noValidate
      aria-label={words('team.join.title')}
      onSubmit={(event) => {
        event.preventDefault();
        if (facts !== null) onRead(invitation, facts);
        else read(text);
      }}
    >
      <p className="settings-soft">{words('team.join.lead')}</p>
      <TextArea
        label={words('team.join.link')}
        hint={words('team.join.link.hint')}
        error={asked.kind === 'refused' ? refusalWords(words, asked.failure) : null}
        className="team-code"
        value={text}
        rows={4}
        maxLength={longest}
        spellCheck={false}
        autoFocus
        onChange={(event) => read(event.currentTarget.value)}
        onKeyDown={(event) => {
          // A link has no lines, so Enter goes on.
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      {asked.kind === 'busy' ? <Busy subject={words('team.join.reading')} /> : null}
      {facts === null ? null : <InvitationCard facts={facts} />}
      <div className="settings-actions">
        <Button kind="primary" submit disabled={facts === null}>
          {words('word.next')}
        </Button>
        <Button icon={FileUp} onClick={() => picker.current?.click()}>
          {words('team.join.file')}
        </Button>
        <Button onClick={onClose}>{words('word.cancel')}</Button>
        <input
          ref={picker}
          type="file"
          hidden
          accept=".steward-invitation,text/plain"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) void file.slice(0, longest).text().then(read);
            event.target.value = '';
          }}
        />
      </div>
    </form>
  );
};

/** Joining by an invitation that was read: under which name, and whether what is here is shared. */
const Join = ({
  invitation,
  facts,
  me,
  onOther,
  onClose,
}: {
  readonly invitation: Invitation;
  readonly facts: InvitationFacts;
  readonly me: string;
  readonly onOther: () => void;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const toasts = useToasts();
  const [name, setName] = useState(me);
  const [tried, setTried] = useState(false);
  const { asked, ask, forget } = useAsked('team.join');
  const { team } = facts;
  const nameless = name.trim() === '';
  const join = async (share: boolean): Promise<void> => {
    if (!(await ask({ invitation, name: name.trim(), share }))) return;
    toasts.show({ text: words('team.join.done', { team }) });
    onClose();
  };

  if (asked.kind === 'busy')
    return (
      <div className="team-form">
        <Busy subject={words('team.join.joining', { team })} />
        <p className="settings-soft">{words('team.join.joining.what')}</p>
      </div>
    );
  const refused = asked.kind === 'refused' ? asked.failure : null;
  if (refused?.kind === 'team-share-first' && 'conversations' in refused)
    return (
      <ShareQuestion
        count={refused.conversations}
        doing="join"
        onShare={() => {
          void join(true);
        }}
        onCancel={forget}
      />
    );
  return (
    <form
      className="team-form"
      noValidate
      aria-label={words('team.join.title')}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!nameless) void join(false);
      }}
    >
      {invitation.kind === 'opened' ? <p className="settings-soft">{words('team.join.opened')}</p> : null}
      <InvitationCard facts={facts} />
      <TextField
        label={words('team.join.me')}
        hint={words('team.set-up.me.hint')}
        error={tried && nameless ? words('team.set-up.missing') : null}
        value={name}
        maxLength={200}
        autoComplete="name"
        autoFocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {refused === null ? null : <TeamRefused failure={refused} />}
      <div className="settings-actions">
        <Button kind="primary" submit>
          {words('team.join.do', { team })}
        </Button>
        <Button onClick={onOther}>{words('team.join.other')}</Button>
        <Button onClick={onClose}>{words('word.cancel')}</Button>
      </div>
    </form>
  );
};

/** Joins a team by an invitation that is pasted, chosen as a file, or that Steward was opened with. */
export const JoinTeam = ({ me, onClose }: { readonly me: string; readonly onClose: () => void }) => {
  const words = useWords();
  const opened = useLive('team.opened', {}).data?.opened ?? null;
  const putAway = useAsked('team.putAway');
  const [read, setRead] = useState<{
    readonly invitation: Invitation;
    readonly facts: InvitationFacts;
  } | null>(null);
  const chosen =
    read ??
    (opened?.kind === 'good' ? { invitation: { kind: 'opened' } as const, facts: opened.facts } : null);
  const other = (): void => {
    setRead(null);
    void putAway.ask({});
  };
  const top = useRef<HTMLDivElement>(null);
  const asks = chosen === null ? 'paste' : 'join';
  useEffect(() => {
    top.current?.querySelector<HTMLElement>('textarea, input')?.focus();
  }, [asks]);
  return (
    <div ref={top} className="team-join">
      {chosen === null && opened !== null && opened.kind !== 'good' ? (
        <Notice tone="bad" live>
          <p>{refusalWords(words, opened)}</p>
        </Notice>
      ) : null}
      {chosen === null ? (
        <Paste onRead={(invitation, facts) => setRead({ invitation, facts })} onClose={onClose} />
      ) : (
        <Join {...chosen} me={me} onOther={other} onClose={onClose} />
      )}
    </div>
  );
};
