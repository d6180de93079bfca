import { ArrowLeft } from 'lucide-react';
import { Button, useWords } from '#renderer/ui/index.ts';
import type { WizardHands } from '../model/use-wizard.ts';

/** One step of the wizard back. */
export const BackButton = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  return (
    <Button
      kind="quiet"
      icon={ArrowLeft}
      onClick={() => {
        hands.tell({ kind: 'back' });
      }}
    >
      {words('word.back')}
    </Button>
  );
};
