import type { SourceHost } from './pipeline.ts'

/** The branch that releases are made from, and into which changes are proposed. */
export const mainBranch = 'main'

/** A repository as the host of its pull requests names it. */
export interface HostedRepository {
  readonly host: SourceHost
  /** After the host's site, without a slash at either end: `owner/repository`, or `organisation/project/_git/repository`. */
  readonly path: string
}

/**
 * The host that keeps a repository, by the address that git takes: https with or without a user, ssh, or `user@host:path`. Undefined for a folder and
 * for a remote that the configuration names no host of.
 */
export function findRepositoryHost(hosts: readonly SourceHost[], repository: string): HostedRepository | undefined {
  const address = readAddress(repository)
  // Segments such as `..` would lead the token of the host to other places of it.
  if (address === undefined || address.path.split('/').some((segment) => ['', '.', '..'].includes(segment))) return undefined
  for (const host of hosts) {
    const site = new URL(host.site)
    const path = withinSite(host, site, address)
    if (path !== undefined) return { host, path }
  }
  return undefined
}

interface Address {
  /** With its port, where one is named; of ssh without: that is another one than the site's. */
  readonly place: string
  readonly path: string
}

function readAddress(repository: string): Address | undefined {
  const scp = /^[^@/\s]+@([^:/\s]+):(?!\/\/)([^\s]+)$/.exec(repository)
  if (scp !== null) return { place: (scp[1] ?? '').toLowerCase(), path: trimmed(scp[2] ?? '') }
  if (!/^(https?|ssh):\/\//i.test(repository) || !URL.canParse(repository)) return undefined
  const url = new URL(repository)
  return { place: url.protocol === 'ssh:' ? url.hostname : url.host, path: trimmed(url.pathname) }
}

/** Azure DevOps takes ssh at `ssh.<host>`, under `v3/<organisation>/<project>/<repository>` [learn.microsoft.com/azure/devops/repos/git/use-ssh-keys-to-authenticate]. */
function withinSite(host: SourceHost, site: URL, { place, path }: Address): string | undefined {
  const ssh = /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path)
  if (host.kind === 'azure-devops' && place === `ssh.${site.hostname}` && ssh !== null) return `${ssh[1]}/${ssh[2]}/_git/${ssh[3]}`
  if (place !== site.host && place !== site.hostname) return undefined
  const before = trimmed(site.pathname)
  if (before === '') return path
  return path.startsWith(`${before}/`) ? path.slice(before.length + 1) : undefined
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
}
