export { CustomerPanel } from './CustomerPanel.tsx';
export { SuggestionsSection } from './view/Suggestions.tsx';
