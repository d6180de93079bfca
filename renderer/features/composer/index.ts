export { Composer } from './Composer.tsx';
export { settleDraft } from './model/keeper-for.ts';
export { NewMessage } from './NewMessage.tsx';
