export { ConversationList } from './ConversationList.tsx';
export { useTargetActions } from './model/use-conversation-actions.ts';
export { useMemberName } from './model/use-member-name.ts';
export { carries, dragged, dropped } from './model/drag.ts';
