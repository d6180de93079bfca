import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Notice, useWords } from '#renderer/ui/index.ts';
import type { AppState } from '#shared/contract/app.ts';
import { BackupList } from './view/BackupList.tsx';
import { FolderLines } from './view/FolderLines.tsx';
import { RestoreOther } from './RestoreOther.tsx';
import { SetAsideList } from './view/SetAsideList.tsx';
import { StandLines } from './view/StandLines.tsx';
import { WordsLines } from './view/WordsLines.tsx';
import './recovery.css';

/** Backups and the recovery words of one's own workspace. */
export const RecoverySection = ({ state }: { readonly state: Extract<AppState, { kind: 'ready' }> }) => {
  const words = useWords();
  const sample = state.workspace === 'sample';
  const { data } = useLive('recovery.state', sample ? null : {});
  if (sample)
    return (
      <Notice tone="note">
        <p>{words('recovery.sample')}</p>
      </Notice>
    );
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  return (
    <div className="recovery">
      <StandLines state={data} />
      <WordsLines made={data.words} />
      <section className="recovery-part" aria-labelledby="recovery-list">
        <h3 className="recovery-head" id="recovery-list">
          {words('recovery.list')}
        </h3>
        <BackupList backups={data.backups} />
        <RestoreOther label={words('recovery.unusable.other')} small />
      </section>
      <FolderLines state={data} />
      <SetAsideList setAside={data.setAside} />
    </div>
  );
};
