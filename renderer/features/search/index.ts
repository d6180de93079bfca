export { SearchField } from './SearchField.tsx';
export { SearchResults } from './SearchResults.tsx';
