/** What drover.yaml may leave out, and what then holds. */
export const configurationDefaults = {
  sourceRepository: 'source.git',
  versioning: 'raise',
  quorum: 1,
  expiresAfterHours: 72,
  /** Appended to the address of an environment; right for local environments, to be written out for real ones. */
  connectivityPath: '/connectivity',
} as const
