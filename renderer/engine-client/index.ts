export { createEngineClient, type Connection, type EngineClient } from './client.ts';
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
export type { LiveKey, ReaderName } from './topics.ts';
