import type { Environment } from '#domain/environment'

/** The addresses of an environment that the platform has just made. */
export type MadeAddress = Pick<Environment, 'url' | 'connectivityUrl'>

/**
 * Where a new environment is: its own address as the administration tells it, and that of its connections, which is below it for a local one
 * and made of its id for a real one (`<id without its last two digits>.<those two>.environment.api.powerplatform.com`, web-api F.2).
 */
export function addressOfMade(made: { readonly platformId: string; readonly url: string }, like: MadeAddress): MadeAddress {
  const url = made.url.replace(/\/+$/, '')
  const own = like.url.replace(/\/+$/, '')
  if (like.connectivityUrl.startsWith(`${own}/`)) return { url, connectivityUrl: `${url}${like.connectivityUrl.slice(own.length)}` }
  const digits = made.platformId.replaceAll('-', '').toLowerCase()
  const tail = /\.environment\.(.*)$/.exec(like.connectivityUrl)?.[1] ?? 'api.powerplatform.com/connectivity'
  return { url, connectivityUrl: `https://${digits.slice(0, -2)}.${digits.slice(-2)}.environment.${tail}` }
}
