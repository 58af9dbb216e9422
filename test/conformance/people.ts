import type { PersonRegistration } from '#emulator'
import type { Answer } from './organisation.ts'
import { rowsOf, sampleSolution, tenantId } from './organisation.ts'
import type { LocalTenant, TenantCall } from './tenant.ts'
import { openTenant } from './tenant.ts'

/** A local tenant with people, and the sample solution in its environment `dev`. */
export interface PeopledTenant {
  readonly tenant: LocalTenant
  /** Sends a request to `dev` as a person, who signs in once. */
  as(who: PersonRegistration, method: string, path: string, more?: TenantCall): Promise<Answer>
  /** Sends a request to `dev` as the deploying application, which is a System Administrator there. */
  admin(method: string, path: string, more?: TenantCall): Promise<Answer>
  /** The systemuserid in `dev`. */
  userId(who: { readonly objectId: string }): Promise<string>
}

/** A person whose ids are made of one digit. */
export function person(name: string, digit: string, ...roles: string[]): PersonRegistration {
  const objectId = `${digit.repeat(8)}-0000-4000-8000-${digit.repeat(12)}`
  return { tenantId, objectId, name, userPrincipalName: `${name.toLowerCase()}@contoso.example`, password: `of ${name}`, roles }
}

export async function openWithPeople(people: readonly PersonRegistration[]): Promise<PeopledTenant> {
  const tenant = await openTenant({ people })
  const tokens = new Map<PersonRegistration, string>()
  const admin: PeopledTenant['admin'] = (method, path, more = {}) => tenant.call(method, `dev/api/data/v9.2/${path}`, more)
  const order = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    ImportJobId: crypto.randomUUID(),
    CustomizationFile: Buffer.from(await sampleSolution()).toString('base64'),
  }
  const imported = await admin('POST', 'ImportSolution', { body: order })
  if (imported.status !== 204) throw new Error(imported.text)
  return {
    tenant,
    admin,
    async as(who, method, path, more = {}) {
      if (!tokens.has(who)) tokens.set(who, await tenant.signIn(who, `${tenant.url}/dev`))
      return tenant.call(method, `dev/api/data/v9.2/${path}`, { ...more, token: String(tokens.get(who)) })
    },
    async userId(who) {
      const [row] = rowsOf(await admin('GET', `systemusers?$select=systemuserid&$filter=azureactivedirectoryobjectid eq ${who.objectId}`))
      return String(row?.['systemuserid'])
    },
  }
}
