import { Braces } from 'lucide-react';
import { useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { RichText } from '#renderer/features/composer/index.ts';
import type { EditorHandle } from '#renderer/features/composer/index.ts';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, Menu, Notice, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Snippet } from '#shared/contract/snippets.ts';
import { variableNames } from '#shared/domain/sending/variables.ts';

const shortcutPattern = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u;
const noPicture = (): Promise<string | null> => Promise.resolve(null);

type Fields = { readonly name: string; readonly shortcut: string; readonly html: string };

/** Where a text to insert is written. */
export const SnippetForm = ({
  snippet,
  onClose,
}: {
  /** The one that is changed; null for a new one. */
  readonly snippet: Snippet | null;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const editor = useRef<EditorHandle>(null);
  const [fields, setFields] = useState<Fields>({
    name: snippet?.name ?? '',
    shortcut: snippet?.shortcut ?? '',
    html: snippet?.html ?? '',
  });
  const [tried, setTried] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const name = fields.name.trim();
  const shortcut = fields.shortcut.trim().replace(/^;/, '');
  const badShortcut = shortcut !== '' && !shortcutPattern.test(shortcut);
  const set = (change: Partial<Fields>): void => {
    setFields((before) => ({ ...before, ...change }));
    setRefusal(null);
  };

  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (name === '' || badShortcut) return;
    const answer = await engine.call('snippet.save', {
      id: snippet?.id ?? null,
      snippet: { name, shortcut: shortcut === '' ? null : shortcut, html: fields.html },
    });
    if (!answer.ok) {
      setRefusal(refusalWords(words, answer.failure));
      return;
    }
    toasts.show({ text: words('snippets.saved', { name }) });
    onClose();
  };

  return (
    <form
      className="snippet-form"
      onSubmit={(event) => {
        void save(event);
      }}
    >
      <div className="settings-pair">
        <TextField
          label={words('snippets.name')}
          autoFocus
          maxLength={200}
          value={fields.name}
          error={tried && name === '' ? words('snippets.name.missing') : null}
          onChange={(event) => set({ name: event.target.value })}
        />
        <TextField
          label={words('snippets.shortcut')}
          hint={words('snippets.shortcut.hint')}
          spellCheck={false}
          maxLength={40}
          value={fields.shortcut}
          error={tried && badShortcut ? words('snippets.shortcut.bad') : null}
          onChange={(event) => set({ shortcut: event.target.value })}
        />
      </div>
      <div className="snippet-form-text">
        <RichText
          ref={editor}
          initialHtml={fields.html}
          label={words('snippets.text')}
          placeholder={words('snippets.text.placeholder')}
          autoFocus={false}
          picture={noPicture}
          shortcuts={null}
          unfilledWords=""
          onChange={(html) => set({ html })}
          onBlur={() => undefined}
          onFiles={null}
          beside={
            <Menu
              label={words('snippets.variables')}
              icon={Braces}
              kind="quiet"
              small
              items={variableNames.map((variable) => ({
                id: variable,
                label: `{{${variable}}}: ${words(`snippet.variable.${variable}`)}`,
                run: () => editor.current?.insertText({ html: '', text: `{{${variable}}}` }),
              }))}
            >
              {words('snippets.variables')}
            </Menu>
          }
        />
      </div>
      <p className="settings-soft">{words('snippets.variables.hint')}</p>
      {refusal === null ? null : (
        <Notice tone="bad" live>
          <p>{refusal}</p>
        </Notice>
      )}
      <div className="settings-actions">
        <Button kind="primary" submit>
          {words('snippets.save')}
        </Button>
        <Button onClick={onClose}>{words('word.cancel')}</Button>
      </div>
    </form>
  );
};
