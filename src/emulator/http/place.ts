import type { EmulatorStore } from '../store/store.ts'

/** What an address of an environment names. */
export interface Place {
  readonly environment: string
  /** `http://host/<env>`, or `http://<env>.localhost`. */
  readonly root: string
  readonly area: 'api' | 'connectivity'
  /** Of the Web API, for example v9.2. */
  readonly version: string
  /** Behind the area; not decoded. */
  readonly rest: string
}

const byHostEnd = '.localhost'

/** Environments are told apart by the first path segment, or by a host name <env>.localhost. Undefined for any other address. */
export function findPlace(store: EmulatorStore, url: URL): Place | undefined {
  const byHost = url.hostname.endsWith(byHostEnd) ? url.hostname.slice(0, -byHostEnd.length) : ''
  if (store.has(byHost)) return placeIn(byHost, url.origin, url.pathname)
  const end = url.pathname.indexOf('/', 1)
  const name = end < 0 ? '' : url.pathname.slice(1, end)
  return store.has(name) ? placeIn(name, `${url.origin}/${name}`, url.pathname.slice(end)) : undefined
}

function placeIn(environment: string, root: string, path: string): Place | undefined {
  const api = /^\/api\/data\/(v[\d.]+)(?:\/(.*))?$/.exec(path)
  if (api !== null) return { environment, root, area: 'api', version: api[1] ?? '', rest: api[2] ?? '' }
  const connectivity = /^\/connectivity\/(.*)$/.exec(path)
  return connectivity === null ? undefined : { environment, root, area: 'connectivity', version: '', rest: connectivity[1] ?? '' }
}
