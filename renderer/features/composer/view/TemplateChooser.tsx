import { useId, useState } from 'react';
import { Busy, Button, Notice, SelectField, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { languageName } from '#shared/messages/languages.ts';
import type { PreparedText } from '#shared/contract/accounts.ts';
import type { ChosenTemplate } from '#shared/contract/compose.ts';
import type { Templates } from '../model/use-templates.ts';
import { filledTemplate } from '../model/filled-template.ts';
import './template-chooser.css';

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
  templates,
  onChange,
}: {
  readonly templates: Templates;
  readonly onChange: (chosen: ChosenTemplate | null) => void;
}) => {
  const words = useWords();
  const group = useId();
  const [language, setLanguage] = useState('');
  const { list, failure, chosen, unfilled } = templates;

  if (failure !== null) return <Notice tone="bad">{refusalWords(words, failure)}</Notice>;
  if (list === null) return <Busy subject={words('composer.template.asking')} />;
  if (list.length === 0) return <Notice tone="note">{words('composer.template.none')}</Notice>;
  const languages = [...new Set(list.map((template) => template.language))];
  const shown = list.filter((template) => language === '' || template.language === language);
  return (
    <div className="template-chooser">
      <div className="template-side">
        <fieldset className="template-list">
          <legend className="template-label">{words('composer.template.title')}</legend>
          {shown.map((one) => (
            <Choice
              key={one.id}
              template={one}
              chosen={one.id === chosen?.text.id}
              group={group}
              onChoose={() => {
                onChange({ id: one.id, values: {} });
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
      {chosen === null ? (
        <p className="composer-hint">{words('composer.template.choose')}</p>
      ) : (
        <div className="template-side">
          <Variables template={chosen.text} chosen={chosen.choice} onChange={onChange} />
          <Preview template={chosen.text} chosen={chosen.choice} />
          {unfilled.length === 0 ? null : (
            <p className="template-unfilled" role="status">
              {words('composer.template.unfilled', {
                count: unfilled.length,
                names: new Intl.ListFormat(words.locale).format(unfilled),
              })}
            </p>
          )}
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
