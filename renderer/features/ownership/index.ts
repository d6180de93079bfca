export { CheckDialog, type CheckEnd } from './CheckDialog.tsx';
export { PutOffDialog } from './FollowUpDialog.tsx';
export { useChanges } from './model/use-changes.ts';
export { useDates } from './model/use-dates.ts';
export { useTeam } from './model/use-team.ts';
export { useOwnershipActions, type OwnershipDeed, type OwnershipRuns } from './use-ownership-actions.tsx';
export { useResolve } from './use-resolve.ts';
