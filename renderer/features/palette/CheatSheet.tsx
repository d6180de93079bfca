import { Fragment } from 'react';
import { Dialog, useWords } from '#renderer/ui/index.ts';
import { actions, useChords, type ActionGroup } from '#renderer/workbench/index.ts';

const groups: readonly ActionGroup[] = ['app', 'list', 'follow-ups', 'conversation', 'composer', 'views'];

/** Every key, by where it works. */
export const CheatSheet = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const show = useChords();
  return (
    <Dialog title={words('keys.title')} closeLabel={words('word.close')} size="large" onClose={onClose}>
      <div className="keys-columns" role="group" aria-label={words('keys.title')} tabIndex={0}>
        {groups.map((group) => (
          <section key={group} className="keys-group">
            <h3>{words(`keys.group.${group}`)}</h3>
            <dl>
              {actions
                .filter((action) => action.group === group && action.keys.length > 0)
                .map((action) => (
                  <div key={action.id} className="keys-line">
                    <dt>{words(action.words)}</dt>
                    <dd>
                      {action.keys.map((chord, index) => (
                        <Fragment key={chord}>
                          {index === 0 ? null : ` ${words('keys.or')} `}
                          <kbd className="keys-key">{show(chord)}</kbd>
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="keys-hint">{words('keys.hint', { modifier: show('Mod') })}</p>
    </Dialog>
  );
};
