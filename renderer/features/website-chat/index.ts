export { WebsiteChatSection } from './WebsiteChatSection.tsx';
