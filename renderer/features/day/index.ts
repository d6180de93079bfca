export { DayPane } from './DayPane.tsx';
