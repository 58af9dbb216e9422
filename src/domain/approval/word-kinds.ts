/** What somebody can be asked for a word on besides promotions, trains and waivers. */
export const wordKinds = [
  'configuration',
  'deputy',
  'timed-grant',
  'certification',
  'forgetting',
  'tier',
  'lower-tier',
  'recovery',
  'protection',
  'revert',
  'signing-key',
  'archive',
] as const
export type WordKind = (typeof wordKinds)[number]
