export { BalanceDialog } from './BalanceDialog.tsx';
export { HandOverDialog } from './HandOverDialog.tsx';
