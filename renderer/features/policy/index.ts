export { ManagedNote } from './ManagedNote.tsx';
export { ManagedSection } from './ManagedSection.tsx';
export { PolicyBanner } from './PolicyBanner.tsx';
export { laidDownFor } from './laid-down.ts';
export { usePolicy } from './use-policy.ts';
