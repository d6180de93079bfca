export { Failsafe } from './Failsafe.tsx';
export { Avatar } from './Avatar.tsx';
export { Badge, type Tone } from './Badge.tsx';
export { Button, IconButton, type ButtonKind } from './Button.tsx';
export { classes } from './classes.ts';
export { ConfirmDialog } from './ConfirmDialog.tsx';
export { Dialog } from './Dialog.tsx';
export { EmptyState } from './EmptyState.tsx';
export { Menu, type MenuItem } from './Menu.tsx';
export { Notice, type NoticeTone } from './Notice.tsx';
export { Busy, ProgressBar } from './Progress.tsx';
export { RowList, type RowListHandle, type RowPick } from './RowList.tsx';
export { Tabs } from './Tabs.tsx';
export { CheckField, SelectField, TextArea, TextField } from './TextField.tsx';
export { TooltipLayer } from './Tooltip.tsx';
export {
  LanguageProvider,
  TimeWords,
  refusalWords,
  useNow,
  useNumbers,
  useSizes,
  useTimes,
  useWords,
} from './words.tsx';
