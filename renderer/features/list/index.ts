export { ConversationList } from './ConversationList.tsx';
export { useTargetActions } from './model/use-conversation-actions.ts';
