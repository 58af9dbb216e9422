import { ODataError } from '../errors.ts'
import type { Reply } from '../http/reply.ts'
import type { AppShare } from '../kinds/app-shares.ts'
import { appRoles, appShares, putAppShares } from '../kinds/app-shares.ts'
import { guidForm } from '../odata/literal.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { requireEnvironment } from './environments.ts'
import { json, notFound } from './replies.ts'
import type { Body } from './request-body.ts'
import { objectOf, readBody, requiredText, textOf } from './request-body.ts'

/**
 * With whom an administrator of the tenant sees a canvas app shared, and shares it (pnp/cli-microsoft365, `pa app permission list` and `ensure`):
 * `…/scopes/admin/environments/{environment}/apps/{app}/permissions` and `…/modifyPermissions`. Segments stand behind `/providers/Microsoft.PowerApps/`.
 */
export async function answerAppSharing(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const [scopes, admin, environments, id = '', apps, app = '', what = ''] = segments
  const isRoute = scopes === 'scopes' && admin === 'admin' && environments === 'environments' && apps === 'apps'
  if (!isRoute || segments.length !== 7) return undefined
  const of = { record: requireEnvironment(call, id), appId: app.toLowerCase() }
  switch (`${call.request.method} ${what}`) {
    case 'GET permissions':
      return json(200, { value: list(call, of) })
    case 'POST modifyPermissions':
      return json(200, await modify(call, of, await readBody(call.request)))
    default:
      return undefined
  }
}

interface AppPlace {
  readonly record: EnvironmentRecord
  readonly appId: string
}

function list(call: AdminCall, { record, appId }: AppPlace): readonly object[] {
  const { tenantId } = call.by.identity
  return call.emulator.store.environment(record.name).read((tx) => {
    const owner = ownerOf(tx, requireApp(tx, record, appId))
    return [...(owner === undefined ? [] : [owner]), ...appShares(tx, appId)].map((share) => ({
      name: share.principalId,
      id: `/providers/Microsoft.PowerApps/apps/${appId}/permissions/${share.principalId}`,
      type: 'Microsoft.PowerApps/apps/permissions',
      properties: {
        roleName: share.roleName,
        principal: { id: share.principalId, displayName: null, email: share.email ?? null, type: share.type, tenantId },
        scope: `/providers/Microsoft.PowerApps/environments/${record.id}/apps/${appId}`,
        notifyShareTargetOption: 'NotSpecified',
        inviteGuestToTenant: false,
        createdOn: share.createdOn,
        createdBy: share.createdBy,
      },
    }))
  })
}

/** What a principal has becomes what is put, also where that is less; all others keep theirs. The answer's body is unverified. */
async function modify(call: AdminCall, { record, appId }: AppPlace, body: Body): Promise<object> {
  if (body['delete'] !== undefined) throw new ODataError(501, 'NotSupported', 'This local Dataverse takes no share of an app away.')
  const put = Array.isArray(body['put']) ? body['put'].map((each) => shareIn(call, each)) : []
  return call.emulator.store.environment(record.name).write((tx) => {
    const owner = ownerOf(tx, requireApp(tx, record, appId))
    if (put.some(({ principalId }) => principalId === owner?.principalId)) {
      throw new ODataError(400, 'InvalidRequestContent', 'The owner of an app cannot be given another role in it.')
    }
    const kept = appShares(tx, appId).filter((share) => !put.some(({ principalId }) => principalId === share.principalId))
    putAppShares(tx, appId, [...kept, ...put])
    return { put: put.map(({ principalId }) => ({ id: principalId, httpStatusCode: 'OK' })) }
  })
}

function shareIn({ emulator, by }: AdminCall, value: unknown): AppShare {
  const properties = objectOf(objectOf(value)?.['properties']) ?? {}
  const principal = objectOf(properties['principal']) ?? {}
  const roleName = appRoles.find((role) => role === requiredText(properties, 'roleName'))
  const type = (['User', 'Group', 'Tenant'] as const).find((each) => each === requiredText(principal, 'type'))
  const principalId = requiredText(principal, 'id').toLowerCase()
  if (roleName === undefined || type === undefined || !guidForm.test(principalId)) {
    throw new ODataError(
      400,
      'InvalidRequestContent',
      `A share needs one of the roles ${appRoles.join(', ')} and a principal with its id and type.`,
    )
  }
  const email = textOf(principal, 'email')
  const made = { createdOn: emulator.now().toISOString(), createdBy: by.identity.objectId }
  return { principalId, type, roleName, ...(email === undefined ? {} : { email }), ...made }
}

/** Throws 404. That the id of an app at Power Apps is that of its row in Dataverse is unverified. */
function requireApp(tx: ReadTransaction, record: EnvironmentRecord, appId: string): Row {
  const app = tx.get('canvasapp', appId)
  if (app !== undefined) return app
  throw notFound('AppNotFound', `The app '${appId}' could not be found in the environment '${record.id}'.`)
}

function ownerOf(tx: ReadTransaction, app: Row): (Omit<AppShare, 'roleName'> & { readonly roleName: 'Owner' }) | undefined {
  const objectId = tx.get('systemuser', String(app['ownerid']))?.['azureactivedirectoryobjectid']
  if (typeof objectId !== 'string') return undefined
  const at = String(app['createdon'] ?? '')
  return { principalId: objectId.toLowerCase(), type: 'User', roleName: 'Owner', createdOn: at, createdBy: objectId }
}
