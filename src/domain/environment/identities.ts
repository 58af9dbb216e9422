import type { Environment } from './environment.ts'

/** The environment as it is observed: with an identity that only reads, where one is configured. */
export function asObserver(environment: Environment): Environment {
  return environment.observer === undefined ? environment : { ...environment, credentials: environment.observer }
}

/** The environment as its tenant administers it: with an identity that imports nothing, where one is configured. */
export function asAdministrator<E extends Pick<Environment, 'credentials' | 'administrator'>>(environment: E): E {
  return environment.administrator === undefined ? environment : { ...environment, credentials: environment.administrator }
}
