import { baseCurrencyId } from '../tables/data/currency.ts'
import { compareVersions, DroverError, parseVersion } from '#domain/kernel'
import { putSolution, findSolution } from '../layers/solutions.ts'
import { putRow } from '../store/rows.ts'
import type { EnvironmentStore, Transaction } from '../store/store.ts'
import { platformVersion } from './platform-version.ts'
import type { PlatformSolution } from './templates.ts'
import { templates } from './templates.ts'

export type { EnvironmentTemplate, PlatformSolution } from './templates.ts'

interface Maker {
  now(): Date
  guid(): string
}

/** What an environment is made of. */
export interface EnvironmentOptions extends Maker {
  /** `dataverse` unless given. */
  readonly template?: string
}

const microsoft = { uniqueName: 'MicrosoftCorporation', displayName: 'MicrosoftCorporation', prefix: 'msdyn', optionValuePrefix: 19_235 }

/**
 * Gives a new environment what every organisation has: its organization row, the Default, Active and System solutions, and the
 * platform solutions of a template. Does nothing to one that has it. Throws `emulator.template-unknown`.
 */
export async function prepareEnvironment(env: EnvironmentStore, options: EnvironmentOptions): Promise<void> {
  const name = options.template ?? 'dataverse'
  const template = templates.find((candidate) => candidate.name === name)
  if (template === undefined) {
    throw new DroverError('emulator.template-unknown', `There is no environment template "${name}".`, {
      hint: `Take one of: ${templates.map((candidate) => candidate.name).join(', ')}.`,
    })
  }
  await env.write((tx) => {
    if (findSolution(tx, 'Default') !== undefined) return
    const by = writerOf(options)
    if (tx.list('organization').length === 0) putOrganization(tx, env.name, by)
    const base = { isManaged: false, version: '1.0' }
    const own = {
      uniqueName: `DefaultPublisher${env.name.replace(/\W/g, '')}`,
      displayName: `Default Publisher for ${env.name}`,
      prefix: 'new',
      optionValuePrefix: 10_000,
    }
    putSolution(tx, { ...base, uniqueName: 'Default', displayName: 'Default Solution', publisher: own }, withId(by, defaultId))
    const active = putSolution(tx, { ...base, uniqueName: 'Active', displayName: 'Active Solution', publisher: own }, withId(by, activeId))
    putRow(tx, 'solution', activeId, { ...active, isvisible: false })
    putSolution(
      tx,
      { isManaged: true, isMounted: true, version: platformVersion, uniqueName: 'System', displayName: 'System', publisher: microsoft },
      by,
    )
    for (const solution of template.solutions) mount(tx, solution, by)
  })
}

// The same in every organisation.
const defaultId = 'fd140aaf-4df4-11dd-bd17-0019b9312238'
const activeId = 'fd140aae-4df4-11dd-bd17-0019b9312238'

/** The first id that is asked for is this one. */
function withId(by: By, id: string): By {
  const ids = [id]
  return { ...by, guid: () => ids.pop() ?? by.guid() }
}

/**
 * Makes a platform solution count as installed: dependencies on it are satisfied up to its version. It brings no components.
 * Throws `emulator.mount-reserved` for names that an organisation itself owns, and `emulator.mount-imported` for a solution that
 * was really imported.
 */
export async function mountPlatformSolution(env: EnvironmentStore, solution: PlatformSolution, maker: Maker): Promise<void> {
  if (['active', 'default', 'system'].includes(solution.uniqueName.toLowerCase())) {
    throw new DroverError(
      'emulator.mount-reserved',
      `"${solution.uniqueName}" is not a platform solution: it stands for unmanaged components or the system itself.`,
      {
        hint: 'Import the solution that holds the components instead.',
      },
    )
  }
  await env.write((tx) => mount(tx, solution, writerOf(maker)))
}

type By = ReturnType<typeof writerOf>

function mount(tx: Transaction, solution: PlatformSolution, by: By): void {
  const installed = findSolution(tx, solution.uniqueName)
  if (installed !== undefined && installed['~mounted'] !== true) {
    throw new DroverError(
      'emulator.mount-imported',
      `The solution "${solution.uniqueName}" is installed in this environment by an import.`,
      {
        hint: 'Import a higher version of it instead of mounting it.',
      },
    )
  }
  if (installed !== undefined && !isHigher(solution.version, String(installed.version))) return
  putSolution(tx, { ...solution, displayName: solution.uniqueName, isManaged: true, isMounted: true, publisher: microsoft }, by)
}

function isHigher(wanted: string, installed: string): boolean {
  const [left, right] = [parseVersion(wanted), parseVersion(installed)]
  return !left.ok || !right.ok || compareVersions(left.value, right.value) > 0
}

function writerOf(maker: Maker): { readonly at: string; readonly by: string; guid(): string } {
  return { at: maker.now().toISOString(), by: '00000000-0000-0000-0000-000000000001', guid: () => maker.guid() }
}

function putOrganization(tx: Transaction, name: string, by: By): void {
  const id = by.guid()
  putRow(tx, 'organization', id, {
    organizationid: id,
    name: `local-${name}`,
    languagecode: 1033,
    schemanameprefix: 'new',
    basecurrencyid: baseCurrencyId,
    orgdborgsettings:
      '<OrgSettings><IsLockdownOfUnmanagedCustomizationEnabled>false</IsLockdownOfUnmanagedCustomizationEnabled></OrgSettings>',
    // The number of days is the default that Microsoft Learn tells ("Configure auditing"); whether auditing begins off is not told: unverified.
    isauditenabled: false,
    auditretentionperiodv2: 30,
    createdon: by.at,
    modifiedon: by.at,
  })
}
