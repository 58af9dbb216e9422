import type { SettingValue } from '#domain/settings'
import type { DataverseDependencies } from './environments.ts'

/** The value itself, for as long as a request or a comparison takes. Throws `secret.absent` or `secret.unreadable`. */
export async function resolveSetting(secrets: DataverseDependencies['secrets'], value: SettingValue): Promise<string> {
  return typeof value === 'string' ? value : secrets.resolve(value.secret)
}
