export { CheatSheet } from './CheatSheet.tsx';
export { Palette } from './Palette.tsx';
