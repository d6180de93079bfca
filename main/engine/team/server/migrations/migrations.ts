import type { TeamMigration } from '../schema-part.ts';
import { initial } from './0001-initial.ts';
import { collectors } from './0020-collectors.ts';
import { reviews } from './0030-reviews.ts';
import { cursors } from './0040-cursors.ts';
import { erasures } from './0050-erasures.ts';

/** Every step of the team's schema in order; a new one is added at the end and leaves room for clients that are older. */
export const teamMigrations: readonly TeamMigration[] = [initial, collectors, reviews, cursors, erasures];
