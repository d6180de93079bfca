export { ChoosePassphrase, Starting, Welcome } from './FirstRun.tsx';
export { Unlock } from './Unlock.tsx';
export { Unusable } from './Unusable.tsx';
