import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { StreamBoxes, placesOf } from '#renderer/features/accounts/index.ts';
import { Button, classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { AccountRow, StreamRow } from '#shared/contract/accounts.ts';
import { useChange } from '../model/use-change.ts';

const FolderLine = ({ stream, mail }: { readonly stream: StreamRow; readonly mail: boolean }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const differs = stream.onServer !== null && stream.onServer !== stream.here;
  return (
    <tr className={classes(differs && 'folder-differs')}>
      <th scope="row">
        {!mail && (stream.role === 'inbox' || stream.role === 'sent')
          ? words(`account.stream.${stream.role}`)
          : stream.label}
        {stream.gap === null ? null : (
          <p className="folder-gap">{words.of(`account.gap.${stream.gap}`, {}, 'account.gap.other')}</p>
        )}
      </th>
      <td>
        {stream.onServer === null
          ? words('settings.folder.here-only', { here: stream.here })
          : words('settings.folder.counts', { server: stream.onServer, here: stream.here })}
      </td>
      <td>
        {stream.lastCheckedAt === null
          ? words('settings.folder.never')
          : words('settings.folder.checked', {
              time: times.relative(Math.min(stream.lastCheckedAt, now), now),
            })}
      </td>
    </tr>
  );
};

/** The folders of an account with their counts, and which of them are read. */
export const AccountFolders = ({
  account,
  mail,
}: {
  readonly account: AccountRow;
  readonly mail: boolean;
}) => {
  const words = useWords();
  const change = useChange();
  const [choosing, setChoosing] = useState<ReadonlySet<string> | null>(null);
  const followed = account.streams.filter(({ chosen }) => chosen);
  const offered = mail ? account.streams : placesOf(account.streams);
  if (choosing !== null) {
    return (
      <div className="settings-block">
        <StreamBoxes streams={offered} chosen={choosing} onChange={setChoosing} />
        <div className="settings-actions">
          <Button
            kind="primary"
            small
            onClick={() => {
              void change('account.update', { id: account.id, streams: [...choosing] }, words('word.saved'));
              setChoosing(null);
            }}
          >
            {words('word.save')}
          </Button>
          <Button
            small
            onClick={() => {
              setChoosing(null);
            }}
          >
            {words('word.cancel')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="settings-block">
      {followed.length === 0 ? (
        <p className="settings-soft">{words(mail ? 'settings.folders.none' : 'settings.streams.none')}</p>
      ) : (
        <table className="folder-table">
          <thead className="unseen">
            <tr>
              <th scope="col">{words(mail ? 'settings.folder' : 'settings.stream')}</th>
              <th scope="col">{words('settings.folder.messages')}</th>
              <th scope="col">{words('settings.folder.last')}</th>
            </tr>
          </thead>
          <tbody>
            {followed.map((stream) => (
              <FolderLine key={stream.name} stream={stream} mail={mail} />
            ))}
          </tbody>
        </table>
      )}
      <div className="settings-actions">
        {mail || offered.length > 1 ? (
          <Button
            small
            onClick={() => {
              setChoosing(new Set(followed.map(({ name }) => name)));
            }}
          >
            {words(mail ? 'settings.folders.choose' : 'settings.streams.choose')}
          </Button>
        ) : null}
        <Button
          small
          icon={RefreshCw}
          tooltip={words(mail ? 'settings.repair.what' : 'settings.repair.what.chat')}
          onClick={() => {
            void change(
              'account.repair',
              { id: account.id },
              words(mail ? 'settings.repair.started' : 'settings.repair.started.chat'),
            );
          }}
        >
          {words('settings.repair')}
        </Button>
      </div>
    </div>
  );
};
