/** The version in package.json; the build writes it in. */
declare const STEWARD_VERSION: string;
