import { Copy, Download } from 'lucide-react';
import { useId, useState } from 'react';
import { useAsked, useEngine } from '#renderer/engine-client/index.ts';
import {
  Button,
  Dialog,
  Notice,
  SelectField,
  TextArea,
  refusalWords,
  useNow,
  useTimes,
  useWords,
} from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Output } from '#shared/contract/contract.ts';
import { roles, type Role } from '#shared/domain/member.ts';
import { TeamRefused } from './TeamRefused.tsx';

/** How long an invitation may be good, in hours; a day is enough to read a mail. */
const choices = [1, 8, 24, 72, 168] as const;

/** The invitation, once: to copy, or to save as a file. */
const Made = ({ made }: { readonly made: Output<'team.invite'> }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const engine = useEngine();
  const { show } = useToasts();
  const { link, expiresAt } = made;
  const save = async (): Promise<void> => {
    const answer = await engine.call('team.saveInvitation', { link });
    if (!answer.ok) show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    else if (answer.value.kind === 'saved')
      show({ text: words('team.invite.saved', { name: answer.value.name }) });
  };
  return (
    <div className="team-dialog">
      <Notice tone="warn" live>
        <p>{words('team.invite.once', { time: times.words(expiresAt, now) })}</p>
      </Notice>
      <TextArea
        label={words('team.invite.link')}
        className="team-code"
        value={link}
        rows={4}
        readOnly
        spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="settings-actions">
        <Button
          kind="primary"
          icon={Copy}
          onClick={() => {
            void navigator.clipboard.writeText(link).then(() => show({ text: words('team.invite.copied') }));
          }}
        >
          {words('team.invite.copy')}
        </Button>
        <Button
          icon={Download}
          onClick={() => {
            void save();
          }}
        >
          {words('team.invite.save')}
        </Button>
      </div>
    </div>
  );
};

/** Makes an invitation: for which role and for how long, then shows it once. */
export const InviteDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const form = useId();
  const [role, setRole] = useState<Role>('agent');
  const [hours, setHours] = useState<number>(24);
  const { asked, ask } = useAsked('team.invite');
  const made = asked.kind === 'done' ? asked.value : null;
  const busy = asked.kind === 'busy';
  return (
    <Dialog
      title={words('team.invite.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        made === null ? (
          <>
            <Button onClick={onClose}>{words('word.cancel')}</Button>
            <Button kind="primary" submit form={form} busy={busy}>
              {words(busy ? 'team.invite.making' : 'team.invite.do')}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>{words('team.invite.done')}</Button>
        )
      }
    >
      {made === null ? (
        <form
          id={form}
          className="team-dialog"
          onSubmit={(event) => {
            event.preventDefault();
            void ask({ role, hours });
          }}
        >
          <SelectField
            label={words('team.invite.role')}
            hint={words(`team.role.${role}.what`)}
            value={role}
            options={roles.map((value) => ({ value, label: words(`team.role.${value}`) }))}
            onChange={(event) => {
              setRole(roles.find((value) => value === event.currentTarget.value) ?? role);
            }}
          />
          <SelectField
            label={words('team.invite.hours')}
            value={String(hours)}
            options={choices.map((value) => ({
              value: String(value),
              label: words('team.invite.hours.value', { hours: value }),
            }))}
            onChange={(event) => setHours(Number(event.currentTarget.value))}
          />
          {asked.kind === 'refused' ? <TeamRefused failure={asked.failure} /> : null}
        </form>
      ) : (
        <Made made={made} />
      )}
    </Dialog>
  );
};
