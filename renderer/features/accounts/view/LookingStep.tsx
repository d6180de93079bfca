import { Busy, Button, useWords } from '#renderer/ui/index.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import { isMail } from '../model/wizard.ts';
import { BackButton } from './BackButton.tsx';

/** Waits until the servers of the address are found. */
export const LookingStep = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  const { wizard, tell } = hands;
  const domain = /[^@:]*$/.exec(wizard.address)?.[0] ?? wizard.address;
  return (
    <div className="wizard-form">
      <Busy subject={words(isMail(wizard) ? 'wizard.looking' : 'wizard.looking.chat', { domain })} />
      <p className="wizard-soft">
        {words(isMail(wizard) ? 'wizard.looking.what' : 'wizard.looking.what.chat', { domain })}
      </p>
      <div className="wizard-foot">
        <Button
          onClick={() => {
            tell({ kind: 'by-hand' });
          }}
        >
          {words('wizard.by-hand')}
        </Button>
        <BackButton hands={hands} />
      </div>
    </div>
  );
};
