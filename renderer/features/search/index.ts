export { SearchField } from './SearchField.tsx';
export { SearchOrderChoice } from './SearchOrderChoice.tsx';
export { SearchResults } from './SearchResults.tsx';
