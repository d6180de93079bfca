import { useState } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Button, ConfirmDialog, useNow, useSizes, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { SetAside } from '#shared/contract/recovery.ts';
import { RecoveryRefused } from './RecoveryRefused.tsx';

const RemoveDialog = ({ one, onClose }: { readonly one: SetAside; readonly onClose: () => void }) => {
  const words = useWords();
  const times = useTimes();
  const sizes = useSizes();
  const now = useNow();
  const { show } = useToasts();
  const { asked, ask } = useAsked('recovery.removeSetAside');
  const size = sizes(one.bytes);
  const remove = async (): Promise<void> => {
    if (!(await ask({ name: one.name }))) return;
    show({ text: words('recovery.aside.removed', { size }) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={words('recovery.aside.remove.title')}
      does={words('recovery.aside.remove.do')}
      busy={asked.kind === 'busy'}
      size="small"
      onConfirm={remove}
      onClose={onClose}
    >
      <div className="recovery-dialog">
        <p>{words('recovery.aside.remove.what', { when: times.words(one.at, now), size })}</p>
        {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
      </div>
    </ConfirmDialog>
  );
};

/** The workspaces that restores have moved aside, with their sizes; nothing where there are none. */
export const SetAsideList = ({ setAside }: { readonly setAside: readonly SetAside[] }) => {
  const words = useWords();
  const times = useTimes();
  const sizes = useSizes();
  const now = useNow();
  const [chosen, setChosen] = useState<SetAside | null>(null);
  if (setAside.length === 0) return null;
  return (
    <section className="recovery-part" aria-labelledby="recovery-aside">
      <h3 className="recovery-head" id="recovery-aside">
        {words('recovery.aside')}
      </h3>
      <p className="settings-soft">{words('recovery.aside.what')}</p>
      <ul className="recovery-lines" aria-labelledby="recovery-aside">
        {setAside.map((one) => {
          const when = times.words(one.at, now);
          return (
            <li key={one.name} className="settings-line">
              <div className="settings-line-words">
                <p className="recovery-line-head">{words('recovery.aside.row', { when })}</p>
                <p className="settings-soft">
                  <span className="recovery-size">{sizes(one.bytes)}</span>{' '}
                  <bdi className="recovery-path">{one.name}</bdi>
                </p>
              </div>
              <div className="recovery-line-do">
                <Button
                  small
                  aria-label={words('recovery.aside.remove.of', { when })}
                  onClick={() => {
                    setChosen(one);
                  }}
                >
                  {words('recovery.aside.remove')}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      {chosen === null ? null : (
        <RemoveDialog
          one={chosen}
          onClose={() => {
            setChosen(null);
          }}
        />
      )}
    </section>
  );
};
