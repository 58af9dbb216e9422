import type { Access, AccessLimits } from '#domain/people'
import { accept } from '#domain/kernel'
import { serviceScopes } from '#domain/people'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function accessRoutes(engine: Engine): Pick<Handlers, 'listTokens' | 'issueToken' | 'revokeToken' | 'signOut' | 'forgetPerson'> {
  return {
    listTokens: async ({ actor }) => {
      const listed = await engine.listTokens({ actor })
      return listed.ok ? accept({ tokens: listed.value }) : listed
    },
    issueToken: ({ input, access }) => {
      const { personId = access.personId, hours, label } = input
      return engine.issueToken({ personId, hours, label, by: access, ...limitsOf(input, access, personId) })
    },
    signOut: ({ actor, access }) => engine.revokeToken({ tokenId: access.tokenId, reason: 'signed out', actor }),
    revokeToken: ({ input, actor }) => engine.revokeToken({ ...input, actor }),
    forgetPerson: ({ input, actor }) => engine.forgetPerson({ ...input, actor }),
  }
}

/** What is not said is as far as the calling token reaches; a service identity only asks and reports. */
function limitsOf(
  wanted: { readonly [Key in keyof AccessLimits]?: AccessLimits[Key] | undefined },
  access: Access,
  personId: string,
): AccessLimits {
  const own = personId === access.personId ? access.scopes : access.scopes.filter((scope) => serviceScopes.includes(scope))
  return {
    scopes: wanted.scopes ?? own,
    environments: wanted.environments ?? access.environments,
    solutions: wanted.solutions ?? access.solutions,
  }
}
