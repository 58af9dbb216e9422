/** Who did something to an environment, as BAP shows it (web-api F.1; fixtures of Microsoft's Terraform provider). */
export interface Actor {
  /** Entra object id; SYSTEM for the platform itself. */
  readonly id: string
  readonly displayName: string
  readonly type: 'User' | 'ServicePrincipal' | 'NotSpecified'
  readonly tenantId?: string
  readonly email?: string
  readonly userPrincipalName?: string
}

/** What rows keep: the actor, or the name alone, as earlier versions did. */
export type KeptActor = Actor | string

export const platform: Actor = { id: 'SYSTEM', displayName: 'SYSTEM', type: 'NotSpecified' }

export function actorOf(kept: KeptActor): Actor {
  if (typeof kept !== 'string') return kept
  return kept === platform.id ? platform : { id: kept, displayName: kept, type: 'NotSpecified' }
}

/** A person with its address, or an application. */
export function actorFor(
  identity: { readonly objectId: string; readonly tenantId: string },
  person: { readonly name: string; readonly userPrincipalName: string } | undefined,
  applicationName: string,
): Actor {
  const { objectId: id, tenantId } = identity
  if (person === undefined) return { id, displayName: applicationName, type: 'ServicePrincipal', tenantId }
  const { name: displayName, userPrincipalName } = person
  return { id, displayName, type: 'User', tenantId, email: userPrincipalName, userPrincipalName }
}
