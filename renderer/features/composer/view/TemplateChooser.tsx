import { useId, useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, SelectField, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { languageName } from '#shared/messages/languages.ts';
import type { PreparedText } from '#shared/contract/accounts.ts';
import type { ChosenTemplate } from '#shared/contract/compose.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { filledTemplate } from '../model/filled-template.ts';
import './template-chooser.css';

type Chosen = ChosenTemplate | null;

const Preview = ({
  template,
  chosen,
}: {
  readonly template: PreparedText;
  readonly chosen: ChosenTemplate;
}) => {
  const words = useWords();
  return (
    <figure className="template-preview">
      <figcaption className="template-label">{words('composer.template.preview')}</figcaption>
      <blockquote className="template-text">
        {filledTemplate(template, chosen.values).map((piece, index) =>
          piece.kind === 'words' ? (
            <span key={index}>{piece.text}</span>
          ) : (
            <mark key={index} className="template-variable" data-empty={piece.value === '' || undefined}>
              {piece.value === '' ? piece.name : piece.value}
            </mark>
          ),
        )}
      </blockquote>
    </figure>
  );
};

const Variables = ({
  template,
  chosen,
  onChange,
}: {
  readonly template: PreparedText;
  readonly chosen: ChosenTemplate;
  readonly onChange: (chosen: ChosenTemplate) => void;
}) => {
  const words = useWords();
  if (template.variables.length === 0) return null;
  return (
    <div className="template-variables">
      {template.variables.map((name) => (
        <TextField
          key={name}
          label={words('composer.template.variable', { name })}
          maxLength={1_000}
          value={chosen.values[name] ?? ''}
          onChange={(event) => {
            onChange({ id: chosen.id, values: { ...chosen.values, [name]: event.currentTarget.value } });
          }}
        />
      ))}
    </div>
  );
};

const Choice = ({
  template,
  chosen,
  group,
  onChoose,
}: {
  readonly template: PreparedText;
  readonly chosen: boolean;
  readonly group: string;
  readonly onChoose: () => void;
}) => {
  const words = useWords();
  return (
    <label className="template-choice">
      <input type="radio" name={group} checked={chosen} onChange={onChoose} />
      <span className="template-choice-words">
        <span className="template-choice-name">
          {template.name}
          <span className="template-choice-language">{languageName(template.language, words.locale)}</span>
        </span>
        <span className="template-choice-text">{template.text}</span>
      </span>
    </label>
  );
};

/** The prepared texts of an account: one is chosen, its variables are filled in, and how it will read is shown beside. */
export const TemplateChooser = ({
  account,
  chosen,
  onChange,
}: {
  readonly account: AccountId;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}) => {
  const words = useWords();
  const group = useId();
  const { data, error } = useLive('account.templates', { id: account });
  const [language, setLanguage] = useState('');
  const templates = data?.templates ?? [];
  const languages = [...new Set(templates.map((template) => template.language))];
  const shown = templates.filter((template) => language === '' || template.language === language);
  const template = templates.find(({ id }) => id === chosen?.id);

  if (error !== null) return <Notice tone="bad">{refusalWords(words, error.failure)}</Notice>;
  if (data === undefined) return <Busy subject={words('composer.template.asking')} />;
  if (templates.length === 0) return <Notice tone="note">{words('composer.template.none')}</Notice>;
  return (
    <div className="template-chooser">
      <div className="template-side">
        <fieldset className="template-list">
          <legend className="template-label">{words('composer.template.title')}</legend>
          {shown.map((one) => (
            <Choice
              key={one.id}
              template={one}
              chosen={one.id === chosen?.id}
              group={group}
              onChoose={() => {
                onChange({ id: one.id, values: one.id === chosen?.id ? chosen.values : {} });
              }}
            />
          ))}
        </fieldset>
        {languages.length < 2 ? null : (
          <SelectField
            label={words('composer.template.language')}
            value={language}
            options={[
              { value: '', label: words('composer.template.language.all') },
              ...languages.map((tag) => ({ value: tag, label: languageName(tag, words.locale) })),
            ]}
            onChange={(event) => setLanguage(event.currentTarget.value)}
          />
        )}
      </div>
      {template === undefined || chosen === null ? (
        <p className="composer-hint">{words('composer.template.choose')}</p>
      ) : (
        <div className="template-side">
          <Variables template={template} chosen={chosen} onChange={onChange} />
          <Preview template={template} chosen={chosen} />
          <div>
            <Button small kind="quiet" onClick={() => onChange(null)}>
              {words('composer.template.none-chosen')}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
};
