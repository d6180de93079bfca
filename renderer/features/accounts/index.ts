export { ConnectAccount } from './ConnectAccount.tsx';
export { StreamBoxes } from './view/FolderChoice.tsx';
export { FailureNotice } from './view/TroubleNotice.tsx';
