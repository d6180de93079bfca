export { ConnectAccount } from './ConnectAccount.tsx';
export { StreamBoxes, placesOf } from './view/FolderChoice.tsx';
export { FailureNotice } from './view/TroubleNotice.tsx';
