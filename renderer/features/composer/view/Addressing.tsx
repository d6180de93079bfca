import { useState } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import type { DraftEdit, DraftMode } from '#shared/contract/compose.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { ChatAddressing } from './ChatAddressing.tsx';
import { RecipientField } from './RecipientField.tsx';

/** The three lists of recipients. */
export type RecipientList = 'to' | 'cc' | 'bcc';

type Props = {
  readonly edit: DraftEdit;
  readonly mode: DraftMode;
  readonly profile: ChannelProfile | null;
  readonly focusTo: boolean;
  readonly onChange: (patch: Partial<DraftEdit>) => void;
  readonly onPending: (list: RecipientList, text: string) => void;
};

/** Who gets a message, and under which subject; always in sight. */
export const Addressing = ({ edit, mode, profile, focusTo, onChange, onPending }: Props) => {
  const words = useWords();
  const [asked, setAsked] = useState<ReadonlySet<RecipientList>>(new Set());
  const copies = profile?.capabilities.copies ?? true;
  const subject = profile?.capabilities.subject ?? true;
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
      {profile !== null && !copies ? (
        <ChatAddressing edit={edit} mode={mode} profile={profile} onChange={onChange} />
      ) : (
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
      )}
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
