export { ChoosePassphrase, Starting, Unlock, Unusable, Welcome } from './FirstRun.tsx';
