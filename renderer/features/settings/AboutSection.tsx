import { ShieldCheck } from 'lucide-react';
import { DiagnosticsSection } from '#renderer/features/diagnostics/index.ts';
import { Notice, useWords } from '#renderer/ui/index.ts';
import type { AppState } from '#shared/contract/app.ts';
import { UpdateLines } from './view/UpdateLines.tsx';

/** What this is, how safe it is, and under which licence. */
export const AboutSection = ({ state }: { readonly state: Extract<AppState, { kind: 'ready' }> }) => {
  const words = useWords();
  return (
    <div className="settings-narrow">
      <div>
        <h3 className="about-name">{words('app.name')}</h3>
        <p className="settings-soft">{words('about.version', { version: state.version })}</p>
      </div>
      <p>{words('about.what')}</p>
      <section className="about-safety">
        <h3 className="about-head">
          <ShieldCheck aria-hidden size={16} />
          {words('about.safety')}
        </h3>
        <p>{words(`about.sealed.${state.sealedBy}`)}</p>
        <p className="settings-soft">{words('about.encrypted')}</p>
      </section>
      <UpdateLines />
      <DiagnosticsSection />
      {state.workspace === 'sample' ? (
        <Notice tone="note">
          <p>{words('app.sample.banner')}</p>
        </Notice>
      ) : null}
      <p className="settings-soft">{words('about.licence')}</p>
    </div>
  );
};
