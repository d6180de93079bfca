// The ground of all styles comes first, so that a component may differ from it.
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EngineProvider, createEngineClient, listenForPorts } from '#renderer/engine-client/index.ts';
import { LanguageProvider } from '#renderer/ui/index.ts';
import { ActionsProvider, NavigationProvider, ToastsProvider } from '#renderer/workbench/index.ts';
import { App } from './App.tsx';

const client = createEngineClient();
listenForPorts(window, client.attach);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
document.documentElement.lang = 'en';

createRoot(root).render(
  <StrictMode>
    <LanguageProvider locale={navigator.language}>
      <EngineProvider client={client}>
        <NavigationProvider>
          <ActionsProvider>
            <ToastsProvider>
              <App />
            </ToastsProvider>
          </ActionsProvider>
        </NavigationProvider>
      </EngineProvider>
    </LanguageProvider>
  </StrictMode>,
);
