export { AskReviewDialog } from './AskReviewDialog.tsx';
export { ReviewStrip, type Taken } from './ReviewStrip.tsx';
export { useReviews } from './model/use-reviews.ts';
export { Verdicts } from './view/Verdicts.tsx';
