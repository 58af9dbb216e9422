import type { Environment } from './environment.ts'

/**
 * Which place in the world an environment's address names, whatever it is called here: host, port and path, however they are written.
 * Work that changes the same place shares one queue and one fence, and a plan is bound to it.
 */
export function laneOf(environment: Pick<Environment, 'url'>): string {
  const text = environment.url.trim()
  if (!URL.canParse(text)) return text.toLowerCase().replace(/\/+$/, '')
  const url = new URL(text)
  const port = url.port === '' || isDefaultPort(url.port) ? '' : `:${url.port}`
  const path = unescaped(url.pathname).toLowerCase().split('/').filter(Boolean)
  return [`${hostOf(url)}${port}`, ...path].join('/')
}

function isDefaultPort(port: string): boolean {
  return port === '443' || port === '80'
}

/** An organisation answers under `contoso.crm4.…` and `contoso.api.crm4.…` alike (Dataverse developer resources: Web API endpoint). */
function hostOf(url: URL): string {
  const host = url.hostname
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/\.api\.(crm\d*\.)/, '.$1')
  return host === '[::1]' || /^127(\.\d+){3}$/.test(host) ? 'localhost' : host
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
