import { useState } from 'react';
import { Button, useWords } from '#renderer/ui/index.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import { looksLikeAddress } from '../model/wizard.ts';
import { ChannelLimits } from './ChannelLimits.tsx';
import { IdentityFields } from './IdentityFields.tsx';
import { TroubleNotice } from './TroubleNotice.tsx';

/** Asks whose account it is, for channels whose servers are looked for. */
export const AddressStep = ({
  hands,
  autoFocus,
}: {
  readonly hands: WizardHands;
  readonly autoFocus: boolean;
}) => {
  const words = useWords();
  const { wizard, tell, look, trust } = hands;
  const [tried, setTried] = useState(false);
  const bad = !looksLikeAddress(wizard.profile, wizard.address);
  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!bad) look();
      }}
    >
      <IdentityFields hands={hands} tried={tried} autoFocus={autoFocus} />
      <ChannelLimits profile={wizard.profile} />
      <TroubleNotice trouble={wizard.trouble} spoken={wizard.profile} onTrust={trust} />
      <div className="wizard-foot">
        <Button kind="primary" submit>
          {words('word.next')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            setTried(true);
            if (!bad) tell({ kind: 'by-hand' });
          }}
        >
          {words('wizard.by-hand')}
        </Button>
      </div>
    </form>
  );
};
