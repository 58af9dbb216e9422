import { z } from 'zod'
import type { AdministeredEnvironment, EnvironmentKind } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'

/** An environment as BAP gives it (web-api F.1; fixture of Microsoft's Terraform provider). What is not read is not asked for. */
export const administeredReply = z.object({
  name: z.string(),
  location: z.string(),
  properties: z.object({
    displayName: z.string(),
    environmentSku: z.string(),
    createdTime: z.string().nullish(),
    // Absent until the database is there.
    linkedEnvironmentMetadata: z
      .object({
        instanceUrl: z.string().nullish(),
        domainName: z.string().nullish(),
        baseLanguage: z.number().nullish(),
        backgroundOperationsState: z.string().nullish(),
        securityGroupId: z.string().nullish(),
        version: z.string().nullish(),
        currency: z.object({ code: z.string().nullish() }).nullish(),
      })
      .nullish(),
    states: z.object({ runtime: z.object({ id: z.string().nullish() }).nullish() }).nullish(),
    governanceConfiguration: z.object({ protectionLevel: z.string().nullish() }).nullish(),
  }),
})

const kinds: Readonly<Record<string, EnvironmentKind>> = {
  production: 'production',
  sandbox: 'sandbox',
  developer: 'developer',
  trial: 'trial',
  default: 'default',
  teams: 'teams',
  // A trial by subscription, as the admin center lists it beside Trial.
  subscriptionbasedtrial: 'trial',
}

/** No security group, as the service writes it. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** A kind that is not known here is taken for one that nothing may be done with: Default takes no backup, no restore and is not deleted. */
export function readEnvironment({ name, location, properties }: z.infer<typeof administeredReply>): AdministeredEnvironment {
  return {
    platformId: name.toLowerCase(),
    displayName: properties.displayName,
    kind: kinds[properties.environmentSku.toLowerCase()] ?? 'default',
    location,
    isManaged: properties.governanceConfiguration?.protectionLevel?.toLowerCase() === 'standard',
    isInAdministrationMode: properties.states?.runtime?.id?.toLowerCase() === 'adminmode',
    createdAt: readInstant(properties.createdTime ?? undefined),
    ...readLinked(properties.linkedEnvironmentMetadata ?? {}),
  }
}

type Linked = NonNullable<z.infer<typeof administeredReply>['properties']['linkedEnvironmentMetadata']>
type OfDatabase = 'url' | 'domainName' | 'hasBackgroundOperations' | 'baseLanguage' | 'currency' | 'securityGroupId' | 'version'

function readLinked(linked: Linked): Pick<AdministeredEnvironment, OfDatabase> {
  const group = linked.securityGroupId ?? ''
  return {
    url: linked.instanceUrl?.replace(/\/+$/, '') ?? undefined,
    domainName: linked.domainName ?? undefined,
    hasBackgroundOperations: linked.backgroundOperationsState?.toLowerCase() !== 'disabled',
    baseLanguage: linked.baseLanguage ?? undefined,
    currency: linked.currency?.code ?? undefined,
    securityGroupId: group === '' || group === nobody ? undefined : group,
    version: linked.version ?? undefined,
  }
}

function readInstant(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : toId<Instant>(new Date(text).toISOString())
}
