// The ground of all styles comes first, so that a component may differ from it.
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/settings-lines.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EngineProvider, createEngineClient, listenForPorts } from '#renderer/engine-client/index.ts';
import { ActionsProvider, NavigationProvider, ToastsProvider } from '#renderer/workbench/index.ts';
import { loadWords, localeFor } from '#shared/messages/locale.ts';
import { App } from './App.tsx';
import { Speaking } from './Speaking.tsx';

const client = createEngineClient();
listenForPorts(window, client.attach);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
// The shell says in the address which language it speaks, so that the first words are right before the engine answers.
const locale = new URLSearchParams(location.search).get('locale') ?? localeFor('system', navigator.language);
const words = await loadWords(locale);

createRoot(root).render(
  <StrictMode>
    <EngineProvider client={client}>
      <Speaking first={words}>
        <NavigationProvider>
          <ActionsProvider>
            <ToastsProvider>
              <App />
            </ToastsProvider>
          </ActionsProvider>
        </NavigationProvider>
      </Speaking>
    </EngineProvider>
  </StrictMode>,
);
