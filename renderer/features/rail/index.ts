export { healthTone, healthWords } from './model/health.ts';
export { Rail } from './Rail.tsx';
