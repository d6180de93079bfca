import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import { usePolicy } from './use-policy.ts';

/** Says that the policy of this machine is wrong, and whom to ask; nothing where it is not. `reachable`: the settings are. */
export const PolicyBanner = ({ reachable = true }: { readonly reachable?: boolean }) => {
  const words = useWords();
  const { go, place } = useNavigation();
  const { state } = usePolicy();
  const count = state?.problems.length ?? 0;
  if (state === null || count === 0) return null;
  const { screen } = place;
  const isShown = screen.kind === 'settings' && screen.section === 'managed';
  return (
    <Notice
      tone="warn"
      live
      {...(isShown || !reachable
        ? {}
        : {
            actions: (
              <Button
                small
                onClick={() => {
                  go({ kind: 'settings', section: 'managed' });
                }}
              >
                {words('policy.see')}
              </Button>
            ),
          })}
    >
      <p>
        {words('policy.wrong.what', { count })}{' '}
        {state.contact === null
          ? words('policy.ask.unnamed')
          : words('policy.ask', { contact: state.contact })}
      </p>
    </Notice>
  );
};
