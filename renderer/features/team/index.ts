export { AwayDialog } from './AwayDialog.tsx';
export { MembersStrip } from './MembersStrip.tsx';
export { TeamBoard } from './TeamBoard.tsx';
export { useAwayActions } from './model/use-away.ts';
