export { PrivacySection } from './PrivacySection.tsx';
