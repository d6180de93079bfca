import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { Backup, RecoveryState } from '#shared/contract/recovery.ts';
import { lastGood } from './model/last-good.ts';
import { RestoreOther } from './RestoreOther.tsx';
import { BackupList } from './view/BackupList.tsx';
import { OpenWithWords } from './view/OpenWithWords.tsx';
import { RestoreDialog } from './view/RestoreDialog.tsx';
import './recovery.css';

const OtherBackups = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const { backups, folder } = state;
  return (
    <>
      {backups.length === 0 ? null : (
        <details className="settings-fold recovery-more">
          <summary>{words('recovery.unusable.others', { count: backups.length, folder })}</summary>
          <BackupList backups={backups} locked needsKey={!state.hasKey} />
        </details>
      )}
      <RestoreOther label={words('recovery.unusable.other')} />
    </>
  );
};

const Newest = ({ backup }: { readonly backup: Backup }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <p>{words('recovery.unusable.keeps')}</p>
      <div>
        <Button
          kind="primary"
          autoFocus
          onClick={() => {
            setAsking(true);
          }}
        >
          {words('recovery.unusable.restore', { when: times.words(backup.at, now) })}
        </Button>
      </div>
      {asking ? (
        <RestoreDialog
          backup={backup}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
};

const Damaged = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const last = lastGood(state);
  return (
    <>
      <Notice tone="bad" live>
        <p>
          {last === null && state.backups.length === 0
            ? words('recovery.unusable.damaged.none', { folder: state.folder })
            : words('recovery.unusable.damaged')}
        </p>
      </Notice>
      {last === null ? null : <Newest backup={last} />}
      <OtherBackups state={state} />
    </>
  );
};

const WrongKey = ({ state }: { readonly state: RecoveryState }) => {
  const words = useWords();
  const hasWords = state.words.kind === 'made';
  return (
    <>
      <Notice tone="bad" live>
        <p>{words('recovery.unusable.wrong-key')}</p>
      </Notice>
      <p>{words(hasWords ? 'recovery.unusable.wrong-key.words' : 'recovery.unusable.wrong-key.none')}</p>
      {hasWords ? <OpenWithWords autoFocus /> : null}
      <OtherBackups state={state} />
    </>
  );
};

/** The ways out of a workspace that is damaged or whose key is gone: a backup, or its recovery words. */
export const UnusableWays = ({ reason }: { readonly reason: 'damaged' | 'wrong-key' }) => {
  const words = useWords();
  const { data } = useLive('recovery.state', {});
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  // A key that opens a backup is the right one: then it is the database that is wrong.
  const isDamaged = reason === 'damaged' || (data.hasKey && lastGood(data) !== null);
  return (
    <div className="recovery-ways">{isDamaged ? <Damaged state={data} /> : <WrongKey state={data} />}</div>
  );
};
