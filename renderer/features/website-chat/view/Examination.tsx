import { Stethoscope } from 'lucide-react';
import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { ExaminedStep } from '#shared/contract/website-chat.ts';
import type { AccountId } from '#shared/kit/brand.ts';

type Standing =
  | { readonly kind: 'not-looked' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'seen'; readonly steps: readonly ExaminedStep[] }
  | { readonly kind: 'refused'; readonly why: string };

/** Comes in as a visitor does, and says in words how far that leads. */
export const Examination = ({ id, unsaved }: { readonly id: AccountId; readonly unsaved: boolean }) => {
  const words = useWords();
  const engine = useEngine();
  const [standing, setStanding] = useState<Standing>({ kind: 'not-looked' });
  const look = async (): Promise<void> => {
    setStanding({ kind: 'looking' });
    const answer = await engine.call('websiteChat.examine', { id });
    setStanding(
      answer.ok
        ? { kind: 'seen', steps: answer.value.steps }
        : { kind: 'refused', why: refusalWords(words, answer.failure) },
    );
  };
  const wordsOf = ({ step, ok, said }: ExaminedStep): string =>
    words.of(
      `website-chat.examine.${step}.${ok ? 'good' : 'bad'}`,
      { said: said ?? '' },
      'website-chat.examine.bad',
    );
  return (
    <div className="website-chat-look">
      <div className="settings-actions">
        <Button
          icon={Stethoscope}
          disabled={standing.kind === 'looking' || unsaved}
          onClick={() => {
            void look();
          }}
        >
          {words('website-chat.examine')}
        </Button>
        {unsaved ? <span className="settings-soft">{words('website-chat.examine.save-first')}</span> : null}
        {standing.kind === 'looking' ? <Busy subject={words('website-chat.examining')} /> : null}
      </div>
      <div role="status">
        {standing.kind === 'refused' ? <Notice tone="bad">{standing.why}</Notice> : null}
        {standing.kind === 'seen' ? (
          <ul className="website-chat-steps">
            {standing.steps.map((step) => (
              <li key={step.step}>
                <Notice tone={step.ok ? 'good' : 'bad'}>
                  {wordsOf(step)}
                  {step.ok || step.said === null ? null : (
                    <span className="settings-said">
                      {words.of(`website-chat.said.${step.said}`, { said: step.said }, 'website-chat.said')}
                    </span>
                  )}
                </Notice>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
};
