import { recordOf } from '../admin-plane/environment-record.ts'
import { platformVersion } from '../templates/platform-version.ts'
import type { Operation, OperationContext } from './operation.ts'

/** web-api A.4. */
export const whoAmI: Operation = {
  name: 'WhoAmI',
  kind: 'function',
  parameters: {},
  async run(ctx) {
    return {
      status: 200,
      body: { BusinessUnitId: businessUnitId(ctx), UserId: ctx.caller.userId, OrganizationId: organization(ctx)?.organizationid ?? null },
    }
  },
}

export const retrieveVersion: Operation = {
  name: 'RetrieveVersion',
  kind: 'function',
  parameters: {},
  async run() {
    return { status: 200, body: { Version: platformVersion } }
  },
}

/** Without the members whose shape no source shows. */
export const retrieveCurrentOrganization: Operation = {
  name: 'RetrieveCurrentOrganization',
  kind: 'function',
  parameters: { AccessType: { type: 'string', required: true } },
  async run(ctx) {
    const row = organization(ctx)
    const detail = {
      OrganizationId: row?.organizationid ?? null,
      FriendlyName: row?.name ?? ctx.env.name,
      OrganizationVersion: platformVersion,
      EnvironmentId: ctx.tenant.read((tx) => recordOf(tx, ctx.env.name)).id,
      UrlName: ctx.env.name,
      UniqueName: ctx.env.name,
      State: 'Enabled',
    }
    return { status: 200, body: { Detail: detail } }
  },
}

function organization(ctx: OperationContext): Readonly<Record<string, unknown>> | undefined {
  return ctx.env.read((tx) => tx.list('organization')[0])
}

function businessUnitId(ctx: OperationContext): unknown {
  return ctx.env.read((tx) => tx.get('systemuser', ctx.caller.userId)?.businessunitid ?? tx.list('businessunit')[0]?.businessunitid ?? null)
}
