export { WhenPicker, type ChosenWhen } from './WhenPicker.tsx';
export { promiseOf } from './promise-of.ts';
