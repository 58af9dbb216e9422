import { canonicalJson } from '#domain/kernel'

/** Whose word a change needs: a platform-admin's, or those of two different ones. */
export type ChangeAuthority = 'platform-admin' | 'two-people'

/** One change of the configuration in plain words. */
export interface ConfigurationChange {
  readonly subject: string
  readonly text: string
  readonly authority: ChangeAuthority
}

export function differs(before: unknown, after: unknown, describe: () => ConfigurationChange): ConfigurationChange[] {
  return canonicalJson(before ?? null) === canonicalJson(after ?? null) ? [] : [describe()]
}

export function change(subject: string, text: string, authority: ChangeAuthority = 'platform-admin'): ConfigurationChange {
  return { subject, text, authority }
}
