import { useState } from 'react';
import { SelectField, useWords } from '#renderer/ui/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { DraftEdit, DraftMode } from '#shared/contract/compose.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { RecipientField } from './RecipientField.tsx';

/** The three lists of recipients. */
export type RecipientList = 'to' | 'cc' | 'bcc';

type Props = {
  readonly edit: DraftEdit;
  readonly mode: DraftMode;
  readonly accounts: readonly AccountRow[];
  readonly capabilities: Capabilities | null;
  readonly focusTo: boolean;
  readonly onChange: (patch: Partial<DraftEdit>) => void;
  readonly onPending: (list: RecipientList, text: string) => void;
};

const AccountChoice = ({ edit, accounts, onChange }: Pick<Props, 'edit' | 'accounts' | 'onChange'>) => {
  const words = useWords();
  const shown = (account: AccountRow): string =>
    account.senderName === '' ? account.address : `${account.senderName} <${account.address}>`;
  return (
    <div className="addressing-line">
      <span className="recipient-label" aria-hidden>
        {words('composer.from')}
      </span>
      <SelectField
        label={words('composer.from')}
        labelUnseen
        className="addressing-account"
        value={edit.account ?? ''}
        options={accounts.map((account) => ({ value: account.id, label: shown(account) }))}
        onChange={(event) => {
          const chosen: AccountId | undefined = accounts.find(({ id }) => id === event.target.value)?.id;
          if (chosen !== undefined) onChange({ account: chosen });
        }}
      />
    </div>
  );
};

/** Who gets a message, from which account, and under which subject; always in sight. */
export const Addressing = ({ edit, mode, accounts, capabilities, focusTo, onChange, onPending }: Props) => {
  const words = useWords();
  const [asked, setAsked] = useState<ReadonlySet<RecipientList>>(new Set());
  const copies = capabilities?.copies ?? true;
  const subject = capabilities?.subject ?? true;
  const shows = (list: 'cc' | 'bcc'): boolean => copies && (edit[list].length > 0 || asked.has(list));
  const ask = (list: RecipientList): void => setAsked(new Set([...asked, list]));
  const field = (list: RecipientList, focus: boolean) => (
    <RecipientField
      label={words(`composer.${list}`)}
      people={edit[list]}
      autoFocus={focus}
      onChange={(people) => onChange({ [list]: [...people] })}
      onPending={(text) => onPending(list, text)}
    />
  );
  return (
    <div className="addressing">
      {accounts.length > 1 ? <AccountChoice edit={edit} accounts={accounts} onChange={onChange} /> : null}
      <div className="addressing-to">
        {field('to', focusTo)}
        {copies ? (
          <span className="addressing-more">
            {(['cc', 'bcc'] as const)
              .filter((list) => !shows(list))
              .map((list) => (
                <button key={list} type="button" className="addressing-ask" onClick={() => ask(list)}>
                  {words(list === 'cc' ? 'composer.add-cc' : 'composer.add-bcc')}
                </button>
              ))}
          </span>
        ) : null}
      </div>
      {shows('cc') ? field('cc', asked.has('cc')) : null}
      {shows('bcc') ? field('bcc', asked.has('bcc')) : null}
      {subject ? (
        <label className="addressing-line">
          <span className="recipient-label">{words('composer.subject')}</span>
          <input
            className="addressing-subject"
            value={edit.subject}
            data-quiet={mode === 'reply' || mode === 'reply-all' || undefined}
            maxLength={1_900}
            onChange={(event) => onChange({ subject: event.target.value })}
          />
        </label>
      ) : null}
    </div>
  );
};
