export { createEngineClient, type EngineClient } from './client.ts';
export {
  CallRefused,
  EngineProvider,
  liveQuery,
  useConnection,
  useEngine,
  useEngineEvents,
  useLive,
} from './live.tsx';
export { listenForPorts } from './port.ts';
export { useAsked } from './use-asked.ts';
