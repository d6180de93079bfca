export { WhenPicker, type ChosenWhen } from './WhenPicker.tsx';
