import type { JSONWebKeySet } from 'jose'

/** An application registered in a local tenant. It becomes an application user (systemuser) of every environment at start. */
export interface ClientRegistration {
  readonly tenantId: string
  /** Application (client) id, a guid. */
  readonly clientId: string
  /** Undefined for an application that proves itself otherwise. */
  readonly clientSecret?: string
  /** Object id of its service principal: the `oid` of its tokens. */
  readonly objectId: string
  readonly name: string
  /** Certificates that it may sign assertions with, each as PEM. */
  readonly certificates?: readonly string[]
  readonly federatedCredentials?: readonly FederatedCredential[]
  /** Allows sign-in of people without a credential of the application, as device codes need. It becomes no user by itself. */
  readonly isPublic?: boolean
  /** Registered for the administration of environments from the start, as `PUT adminApplications/{id}` does later. */
  readonly isAdministrator?: boolean
}

/** Trust in tokens of another issuer: they are taken as the application's own proof when all three match exactly. */
export interface FederatedCredential {
  /** Issuer address; its keys are read from `<issuer>/.well-known/openid-configuration` unless `keys` has them. */
  readonly issuer: string
  readonly subject: string
  /** `api://AzureADTokenExchange` unless given. */
  readonly audience?: string
  readonly keys?: JSONWebKeySet
}

/** A person of a local tenant, who signs in by a device code. */
export interface PersonRegistration {
  readonly tenantId: string
  readonly objectId: string
  readonly name: string
  readonly userPrincipalName: string
  readonly password: string
  /** Security roles that the person holds in every environment from the start; none unless given. */
  readonly roles?: readonly string[]
  /** Holds the tenant's role Power Platform administrator. */
  readonly isAdministrator?: boolean
}

interface Registered {
  readonly clients: readonly ClientRegistration[]
  readonly people?: readonly PersonRegistration[]
}

/** The same with all ids in lower case, as requests are compared with them: guids are the same in any letter case. */
export function inLowerCase<T extends Registered>(given: T): T {
  const ids = <R extends { readonly tenantId: string; readonly objectId: string }>(known: R): R => ({
    ...known,
    tenantId: known.tenantId.toLowerCase(),
    objectId: known.objectId.toLowerCase(),
  })
  return {
    ...given,
    clients: given.clients.map((client) => ({ ...ids(client), clientId: client.clientId.toLowerCase() })),
    ...(given.people === undefined ? {} : { people: given.people.map(ids) }),
  }
}
