export { AuditSection } from './AuditSection.tsx';
