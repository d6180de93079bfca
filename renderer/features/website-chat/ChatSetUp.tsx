import { Download } from 'lucide-react';
import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, SelectField, TextArea, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { WebsiteChatRow } from '#shared/contract/website-chat.ts';
import {
  ejabberdFor,
  policyFor,
  prosodyFor,
  snippetFor,
  wrongFields,
  type WebsiteChat,
} from '#shared/domain/website-chat/snippet.ts';
import { CopyBlock } from './view/CopyBlock.tsx';
import { Examination } from './view/Examination.tsx';

/** The languages that the widget speaks; every other one is the page's own to put in. */
const languages = ['', 'en', 'de'] as const;

const ChatForm = ({
  chat,
  unsaved,
  onChange,
  onSave,
}: {
  readonly chat: WebsiteChat;
  readonly unsaved: boolean;
  readonly onChange: (change: Partial<WebsiteChat>) => void;
  readonly onSave: () => void;
}) => {
  const words = useWords();
  const wrong = wrongFields(chat);
  const errorOf = (field: (typeof wrong)[number]): string | null =>
    wrong.includes(field) ? words(`website-chat.wrong.${field}`) : null;
  return (
    <form
      className="settings-block"
      aria-label={words('website-chat.form')}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) onSave();
      }}
    >
      <TextField
        label={words('website-chat.url')}
        hint={words('website-chat.url.hint')}
        error={errorOf('url')}
        value={chat.url}
        maxLength={2_000}
        spellCheck={false}
        onChange={(event) => {
          onChange({ url: event.currentTarget.value.trim() });
        }}
      />
      <TextField
        label={words('website-chat.host')}
        hint={words('website-chat.host.hint')}
        error={errorOf('host')}
        value={chat.host}
        maxLength={253}
        spellCheck={false}
        onChange={(event) => {
          onChange({ host: event.currentTarget.value.trim().toLowerCase() });
        }}
      />
      <div className="settings-pair">
        <TextField
          label={words('website-chat.title')}
          hint={words('website-chat.title.hint')}
          value={chat.title}
          maxLength={80}
          onChange={(event) => {
            onChange({ title: event.currentTarget.value });
          }}
        />
        <SelectField
          label={words('website-chat.language')}
          error={errorOf('language')}
          value={chat.language}
          options={[...new Set([...languages, chat.language])].map((value) => ({
            value,
            label: words.of(
              `website-chat.language.${value === '' ? 'page' : value}`,
              {},
              'website-chat.language.page',
            ),
          }))}
          onChange={(event) => {
            onChange({ language: event.currentTarget.value });
          }}
        />
      </div>
      <TextArea
        label={words('website-chat.greeting')}
        hint={words('website-chat.greeting.hint')}
        value={chat.greeting}
        rows={2}
        maxLength={500}
        onChange={(event) => {
          onChange({ greeting: event.currentTarget.value });
        }}
      />
      <TextField
        label={words('website-chat.colour')}
        error={errorOf('colour')}
        type="color"
        className="website-chat-colour"
        value={chat.colour}
        onChange={(event) => {
          onChange({ colour: event.currentTarget.value });
        }}
      />
      <div className="settings-actions">
        <Button kind="primary" submit disabled={!unsaved || wrong.length > 0}>
          {words('word.save')}
        </Button>
      </div>
    </form>
  );
};

/** Saves the chat's file where the person says. */
const FileButton = () => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  const save = async (): Promise<void> => {
    const answer = await engine.call('websiteChat.saveFile', {});
    if (!answer.ok) show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    else if (answer.value.kind === 'saved')
      show({ text: words('website-chat.file.saved', { name: answer.value.name }) });
  };
  return (
    <Button
      icon={Download}
      onClick={() => {
        void save();
      }}
    >
      {words('website-chat.file.save')}
    </Button>
  );
};

/** One chat: its settings, and what follows from them for the website and the server, as it is typed. */
export const ChatSetUp = ({ row }: { readonly row: WebsiteChatRow }) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  const [typed, setTyped] = useState<Partial<WebsiteChat>>({});
  const chat: WebsiteChat = { ...row.chat, ...typed };
  const unsaved = !row.saved || JSON.stringify(chat) !== JSON.stringify(row.chat);
  const save = async (): Promise<void> => {
    const { agent: _agent, ...fields } = chat;
    const answer = await engine.call('websiteChat.save', { id: row.id, chat: fields });
    if (!answer.ok) {
      show({ tone: 'bad', text: refusalWords(words, answer.failure) });
      return;
    }
    setTyped({});
    show({ text: words('word.saved') });
  };
  return (
    <>
      <ChatForm
        chat={chat}
        unsaved={unsaved}
        onChange={(change) => {
          setTyped((before) => ({ ...before, ...change }));
        }}
        onSave={() => {
          void save();
        }}
      />
      <section className="website-chat-part" aria-labelledby="website-chat-server">
        <h3 id="website-chat-server">{words('website-chat.server')}</h3>
        <p className="settings-soft">{words('website-chat.server.what')}</p>
        <details className="settings-fold">
          <summary>{words('website-chat.prosody')}</summary>
          <CopyBlock label={words('website-chat.prosody')} text={prosodyFor(chat)} />
        </details>
        <details className="settings-fold">
          <summary>{words('website-chat.ejabberd')}</summary>
          <CopyBlock label={words('website-chat.ejabberd')} text={ejabberdFor(chat)} />
        </details>
        <Examination id={row.id} unsaved={unsaved} />
      </section>
      <section className="website-chat-part" aria-labelledby="website-chat-page">
        <h3 id="website-chat-page">{words('website-chat.page')}</h3>
        <p className="settings-soft">{words('website-chat.file')}</p>
        <div className="settings-actions">
          <FileButton />
        </div>
        <p className="settings-soft">{words('website-chat.snippet.what')}</p>
        <CopyBlock label={words('website-chat.snippet')} text={snippetFor(chat)} />
        <p className="settings-soft">{words('website-chat.policy')}</p>
        <CopyBlock label={words('website-chat.policy.label')} text={policyFor(chat)} />
      </section>
    </>
  );
};
