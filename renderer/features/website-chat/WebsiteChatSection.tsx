import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, EmptyState, SelectField, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { ChatSetUp } from './ChatSetUp.tsx';
import './website-chat.css';

/** What a website and its chat server need, for each account that visitors write to. */
export const WebsiteChatSection = () => {
  const words = useWords();
  const { go } = useNavigation();
  const { data, isPending } = useLive('websiteChat.list', {});
  const [chosen, setChosen] = useState<AccountId | null>(null);
  const chats = data?.chats ?? [];
  const shown = chats.find(({ id }) => id === chosen) ?? chats[0];
  if (isPending) return <Busy subject={words('word.loading')} />;
  if (shown === undefined) {
    return (
      <EmptyState
        title={words('website-chat.none')}
        actions={
          <Button
            kind="primary"
            icon={Plus}
            onClick={() => {
              go({ kind: 'connect' });
            }}
          >
            {words('action.app.add-account')}
          </Button>
        }
      >
        <p>{words('website-chat.none.what')}</p>
      </EmptyState>
    );
  }
  return (
    <div className="settings-stack">
      <p className="settings-soft">{words('website-chat.what')}</p>
      {chats.length > 1 ? (
        <SelectField
          label={words('website-chat.account')}
          value={shown.id}
          options={chats.map(({ id, label }) => ({ value: id, label }))}
          onChange={(event) => {
            const wanted = event.currentTarget.value;
            setChosen(chats.find(({ id }) => id === wanted)?.id ?? null);
          }}
        />
      ) : null}
      <ChatSetUp key={shown.id} row={shown} />
    </div>
  );
};
