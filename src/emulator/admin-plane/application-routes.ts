import { ODataError } from '../errors.ts'
import type { Reply } from '../http/reply.ts'
import { guidFrom } from '../tables/virtual-tables.ts'
import { mountPlatformSolution } from '../templates/index.ts'
import type { Application, Installation } from './applications.ts'
import { beginInstallation, installationView, listCatalogue, listInstallations, stateIn } from './applications.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { requireEnvironment, requireIdleEnvironment } from './environments.ts'
import { json, notFound } from './replies.ts'

/** Applications of an environment (Power Platform API, App Management); undefined for any other address. Segments stand behind `/appmanagement/environments/`. */
export async function answerApplications(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const [id = '', area = '', item = '', deed = ''] = segments
  if (id === '') return undefined
  const record = requireEnvironment(call, id)
  switch (
    [call.request.method, area, item === '' ? '' : '{id}', deed]
      .filter((part) => part !== '')
      .join(' ')
      .toLowerCase()
  ) {
    case 'get applicationpackages':
      return json(200, { value: listPackages(call, record) })
    case 'post applicationpackages {id} install':
      return install(call, record, item)
    case 'get operations {id}':
      return json(200, installationView(requireInstallation(call, record, item), call.emulator.now()))
    default:
      return undefined
  }
}

function listPackages({ emulator, request }: AdminCall, record: EnvironmentRecord): readonly object[] {
  const wanted = request.url.searchParams.get('appInstallState')?.toLowerCase() ?? 'all'
  const now = emulator.now()
  const tenant = emulator.store.tenant().read((tx) => ({ all: listCatalogue(tx), begun: listInstallations(tx, record.id) }))
  const all = emulator.store.environment(record.name).read((solutions) =>
    tenant.all.map((application) => {
      const latest = tenant.begun.find(({ uniqueName }) => uniqueName === application.uniqueName)
      return packageView(application, stateIn({ solutions, latest, application }, now))
    }),
  )
  return all.filter(({ state }) => wanted === 'all' || (wanted === 'installed') === (state === 'Installed'))
}

function packageView({ uniqueName, displayName, version }: Application, state: string): { readonly state: string } {
  return {
    ...{ id: guidFrom(`application package ${uniqueName}`), uniqueName, version, localizedName: displayName, state },
    ...{ applicationId: guidFrom(`application ${uniqueName}`), applicationName: displayName, publisherName: 'Microsoft' },
  }
}

/** An application is named by its unique name: its id is not found (a report from the field). */
async function install(call: AdminCall, record: EnvironmentRecord, uniqueName: string): Promise<Reply> {
  const { emulator, request } = call
  const application = emulator.store
    .tenant()
    .read(listCatalogue)
    .find((one) => one.uniqueName.toLowerCase() === uniqueName.toLowerCase())
  if (application === undefined) throw new ODataError(400, 'PackageNotFound', 'Package requested for installation was not found')
  requireIdleEnvironment(call, record)
  const asked = { environmentId: record.id, application }
  const begun = await emulator.store.tenant().write((tx) => beginInstallation(tx, asked, emulator))
  const env = emulator.store.environment(record.name)
  for (const solution of application.fault === undefined ? application.solutions : []) await mountPlatformSolution(env, solution, emulator)
  const address = `${request.url.origin}/appmanagement/environments/${record.id}/operations/${begun.id}?api-version=2024-10-01`
  return json(202, packageView(application, 'Installing'), { 'operation-location': address })
}

function requireInstallation({ emulator }: AdminCall, record: EnvironmentRecord, id: string): Installation {
  const all = emulator.store.tenant().read((tx) => listInstallations(tx, record.id))
  const found = all.find((one) => one.id === id.toLowerCase())
  if (found !== undefined) return found
  throw notFound('OperationNotFound', `The environment '${record.id}' has no operation '${id}'.`)
}
